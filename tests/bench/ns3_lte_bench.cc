// The work of uu_bench.py on ns-3's LTE module, against the libraries of the system: UEs that each send 300 B
// at 10 Hz uplink, through eNB, SGW and PGW, to a host behind 2 ms. Cells of 20 MHz FDD in a row 500 m apart,
// UEs in a row 20 m beside them. Everything else is ns-3's default (Friis, proportional fair, ideal RRC)
// except what it needs: RLC UM, and a period of sounding signals above the UEs of a cell. Nothing is traced
// or written. Usage: bench_ns3_lte [UEs] [cells] [seconds]; one line of JSON comes out.
#include <ns3/config.h>
#include <ns3/constant-position-mobility-model.h>
#include <ns3/data-rate.h>
#include <ns3/double.h>
#include <ns3/eps-bearer.h>
#include <ns3/internet-stack-helper.h>
#include <ns3/ipv4-address-helper.h>
#include <ns3/ipv4-static-routing-helper.h>
#include <ns3/lte-helper.h>
#include <ns3/mobility-helper.h>
#include <ns3/point-to-point-epc-helper.h>
#include <ns3/point-to-point-helper.h>
#include <ns3/random-variable-stream.h>
#include <ns3/simulator.h>
#include <ns3/string.h>
#include <ns3/udp-client-server-helper.h>
#include <ns3/udp-client.h>
#include <ns3/udp-server.h>
#include <ns3/uinteger.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

const double kDistanceM = 500;
const double kIntervalS = 0.1;
const double kStartS = 0.5;  // attached by then
const double kDrainS = 0.2;  // what has been sent arrives

void Place(ns3::Ptr<ns3::Node> node, double x, double y, double z) {
  auto model = ns3::CreateObject<ns3::ConstantPositionMobilityModel>();
  model->SetPosition(ns3::Vector(x, y, z));
  node->AggregateObject(model);
}

unsigned SoundingPeriod(unsigned ues_in_cell) {
  for (unsigned period : {40U, 80U, 160U, 320U}) {
    if (period > ues_in_cell + 1) return period;
  }
  std::fprintf(stderr, "at most 318 UEs a cell\n");
  std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ns3;
  const auto ues = static_cast<unsigned>(argc > 1 ? std::atoi(argv[1]) : 100);
  const auto cells = static_cast<unsigned>(argc > 2 ? std::atoi(argv[2]) : 1);
  const double seconds = argc > 3 ? std::atof(argv[3]) : 2;
  const unsigned in_cell = (ues + cells - 1) / cells;

  Time::SetResolution(Time::NS);
  Config::SetDefault("ns3::LteEnbRrc::EpsBearerToRlcMapping", StringValue("RlcUmAlways"));
  Config::SetDefault("ns3::LteEnbRrc::SrsPeriodicity", UintegerValue(SoundingPeriod(in_cell)));

  auto lte = CreateObject<LteHelper>();
  auto epc = CreateObject<PointToPointEpcHelper>();
  lte->SetEpcHelper(epc);
  lte->SetEnbDeviceAttribute("DlBandwidth", UintegerValue(100));
  lte->SetEnbDeviceAttribute("UlBandwidth", UintegerValue(100));

  NodeContainer enb_nodes, ue_nodes, host;
  enb_nodes.Create(cells);
  ue_nodes.Create(ues);
  host.Create(1);
  // As in uu_one_cell.yaml: cells and UEs in a row, a UE in the middle of its part of it.
  auto random = CreateObject<UniformRandomVariable>();
  random->SetStream(1);
  for (unsigned c = 0; c < cells; ++c) Place(enb_nodes.Get(c), kDistanceM * c, 0, 25);
  const double spacing_m = kDistanceM * cells / ues;
  std::vector<unsigned> home;
  for (unsigned u = 0; u < ues; ++u) {
    const double x = (u + 0.5) * spacing_m;
    Place(ue_nodes.Get(u), x - kDistanceM / 2, 20, 1.5);
    home.push_back(static_cast<unsigned>(x / kDistanceM));
  }

  InternetStackHelper internet;
  internet.Install(host);
  PointToPointHelper link;
  link.SetDeviceAttribute("DataRate", DataRateValue(DataRate("100Gb/s")));
  link.SetChannelAttribute("Delay", TimeValue(MilliSeconds(2)));
  Ipv4AddressHelper addresses;
  addresses.SetBase("1.0.0.0", "255.0.0.0");
  const Ipv4InterfaceContainer ends = addresses.Assign(link.Install(epc->GetPgwNode(), host.Get(0)));
  Ipv4StaticRoutingHelper routing;
  routing.GetStaticRouting(host.Get(0)->GetObject<Ipv4>())
      ->AddNetworkRouteTo(Ipv4Address("7.0.0.0"), Ipv4Mask("255.0.0.0"), 1);

  const NetDeviceContainer enb_devices = lte->InstallEnbDevice(enb_nodes);
  const NetDeviceContainer ue_devices = lte->InstallUeDevice(ue_nodes);
  internet.Install(ue_nodes);
  epc->AssignUeIpv4Address(ue_devices);
  for (unsigned u = 0; u < ues; ++u) {
    routing.GetStaticRouting(ue_nodes.Get(u)->GetObject<Ipv4>())
        ->SetDefaultRoute(epc->GetUeDefaultGatewayAddress(), 1);
    lte->Attach(ue_devices.Get(u), enb_devices.Get(home[u]));
  }

  const std::uint16_t port = 5000;
  UdpServerHelper server(port);
  ApplicationContainer servers = server.Install(host);
  servers.Start(Seconds(0));
  ApplicationContainer clients;
  for (unsigned u = 0; u < ues; ++u) {
    UdpClientHelper client(ends.GetAddress(1), port);
    client.SetAttribute("PacketSize", UintegerValue(300));
    client.SetAttribute("Interval", TimeValue(Seconds(kIntervalS)));
    client.SetAttribute("MaxPackets", UintegerValue(4'000'000'000U));
    ApplicationContainer one = client.Install(ue_nodes.Get(u));
    one.Start(Seconds(kStartS + random->GetValue(0, kIntervalS)));
    one.Stop(Seconds(kStartS + seconds));
    clients.Add(one);
  }

  Simulator::Stop(Seconds(kStartS + seconds + kDrainS));
  Simulator::Run();
  std::uint64_t sent = 0;
  for (unsigned u = 0; u < ues; ++u) {
    sent += DynamicCast<UdpClient>(clients.Get(u))->GetTotalTx() / 300;
  }
  const std::uint64_t received = DynamicCast<UdpServer>(servers.Get(0))->GetReceived();
  std::printf("{\"sent\": %llu, \"delivered\": %llu, \"events\": %llu}\n",
              static_cast<unsigned long long>(sent), static_cast<unsigned long long>(received),
              static_cast<unsigned long long>(Simulator::GetEventCount()));
  Simulator::Destroy();
  return 0;
}
