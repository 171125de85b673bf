#include <array>

#include "models/offload/policies.h"
#include "models/offload/policy.h"

namespace cv2x {
namespace {

struct Entry {
  PolicyInfo info;
  std::unique_ptr<Policy> (*make)(const PolicySetup&);
};

constexpr std::array kEntries = {
    Entry{{"local", "in the vehicle, always", "the usual lower baseline"}, make_local_policy},
    Entry{{"nearest_edge", "the edge host with the shortest network delay", "the usual MEC baseline"},
          make_nearest_edge_policy},
    Entry{{"cloud", "the cloud server with the shortest network delay", "the usual cloud baseline"},
          make_cloud_policy},
    Entry{{"random", "any target within reach, each as likely as the others",
           "Harchol-Balter, Performance Modeling and Design of Computer Systems, 2013, ch. 24 (Random)"},
          make_random_policy},
    Entry{{"round_robin", "the hosts within reach, one after the other",
           "Harchol-Balter 2013, ch. 24 (Round-Robin)"},
          make_round_robin_policy},
    Entry{{"least_loaded", "the host with the least work for each of its cores, as reported",
           "Harchol-Balter 2013, ch. 24 (Least-Work-Left)"},
          make_least_loaded_policy},
    Entry{{"least_latency", "the least predicted latency, by the last load report",
           "greedy prediction; the law is in models/offload/least_latency.cc"},
          make_least_latency_policy},
    Entry{{"deadline_aware", "in the vehicle if that is in time, otherwise the least predicted latency",
           "laxity of Dertouzos and Mok, IEEE TSE 15(12), 1989; the rule is ours"},
          make_deadline_aware_policy},
    Entry{{"energy_aware", "of the targets that are predicted to be in time, the one that costs least energy",
           "program of Cuervo et al., MAUI, ACM MobiSys 2010, for a single task"},
          make_energy_aware_policy},
    Entry{{"mobility_aware", "the least predicted latency, with a penalty beyond the dwell time in the cell",
           "idea of Zhang, Mao, Leng, He, Zhang, IEEE VTM 12(2), 2017; the rule is ours"},
          make_mobility_aware_policy},
    Entry{{"hysteresis", "least latency that changes only for a clear gain, and not often",
           "event A3 of TS 38.331 §5.5.4.4 carried over to hosts; the rule is ours"},
          make_hysteresis_policy},
    Entry{{"game_theoretic", "the best response to where the others' tasks are now",
           "Chen, Jiao, Li, Fu, IEEE/ACM ToN 24(5), 2016, 2795-2808, with congestion at the hosts"},
          make_game_theoretic_policy},
    Entry{{"lyapunov", "drift plus penalty over virtual backlogs of the hosts and of energy",
           "Neely, Stochastic Network Optimization, Morgan & Claypool 2010, ch. 4"},
          make_lyapunov_policy},
    Entry{{"bandit_ucb", "learns by service and place which target is worth most: UCB1",
           "Auer, Cesa-Bianchi, Fischer, Machine Learning 47, 2002, 235-256, figure 1"},
          make_bandit_ucb_policy},
    Entry{{"bandit_exp3", "learns by service and place, against an adversary: Exp3",
           "Auer, Cesa-Bianchi, Freund, Schapire, SIAM J. Comput. 32(1), 2002, 48-77, figure 1"},
          make_bandit_exp3_policy},
    Entry{{"fuzzy", "nearest edge, another edge or cloud by two fuzzy inference systems",
           "Sonmez, Ozgovde, Ersoy, IEEE TNSM 16(2), 2019, 769-782; rules of EdgeCloudSim's sample_app4"},
          make_fuzzy_policy},
    Entry{{"edgecloudsim_random", "a third of the tasks each to the edge and, by two ways, to the cloud",
           "RANDOM of EdgeCloudSim's vehicular sample (commit 0c82e35)"},
          make_edgecloudsim_random_policy},
    Entry{{"edgecloudsim_predictive", "the way on which fewest tasks have failed lately, by chance",
           "PREDICTIVE of EdgeCloudSim's vehicular sample (commit 0c82e35)"},
          make_edgecloudsim_predictive_policy},
    Entry{{"edgecloudsim_game_theory", "edge or cloud with a probability that grows with the time it saves",
           "GAME_THEORY of EdgeCloudSim's vehicular sample (commit 0c82e35)"},
          make_edgecloudsim_game_theory_policy},
};

constexpr auto kInfos = [] {
  std::array<PolicyInfo, kEntries.size()> infos{};
  for (std::size_t i = 0; i < infos.size(); ++i) infos[i] = kEntries[i].info;
  return infos;
}();

}  // namespace

const PolicyRegistry& policy_registry() {
  static const PolicyRegistry registry = [] {
    PolicyRegistry r;
    for (const auto& entry : kEntries) r.add(entry.info.name, entry.make);
    return r;
  }();
  return registry;
}

std::span<const PolicyInfo> policy_infos() { return kInfos; }

}  // namespace cv2x
