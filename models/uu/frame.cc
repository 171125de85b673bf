#include "models/uu/frame.h"

#include <fmt/format.h>

#include <algorithm>

namespace cv2x::uu {

Frame::Frame(const CarrierParams& carrier) {
  if (carrier.duplex == Duplex::kFdd) {
    downlink_.assign(radio::kSymbolsPerSlot, true);
    uplink_ = downlink_;
    return;
  }
  slots_ = static_cast<std::int64_t>(carrier.tdd_pattern.size());
  const SpecialSlotParams& special = carrier.tdd_special;
  for (const char letter : carrier.tdd_pattern) {
    for (int symbol = 0; symbol < radio::kSymbolsPerSlot; ++symbol) {
      downlink_.push_back(letter == 'D' || (letter == 'S' && symbol < special.downlink));
      uplink_.push_back(letter == 'U' ||
                        (letter == 'S' && symbol >= radio::kSymbolsPerSlot - special.uplink));
    }
  }
}

bool Frame::fits(const std::vector<bool>& in, std::int64_t slot, int first, int symbols) const {
  if (first + symbols > radio::kSymbolsPerSlot) return false;
  for (int symbol = first; symbol < first + symbols; ++symbol) {
    if (!in[place(slot, symbol)]) return false;
  }
  return true;
}

Occasions Frame::pick(const std::function<bool(std::int64_t, int)>& rule) const {
  std::vector<bool> in;
  for (std::int64_t slot = 0; slot < slots_; ++slot) {
    for (int symbol = 0; symbol < radio::kSymbolsPerSlot; ++symbol) in.push_back(rule(slot, symbol));
  }
  return Occasions(in);
}

Occasions Frame::pdsch_starts(const PdschParams& pdsch) const {
  const int symbols = static_cast<int>(pdsch.symbols);
  const int last = pdsch.mapping == Mapping::kB ? radio::kSymbolsPerSlot : 3;
  return pick(
      [&](std::int64_t slot, int symbol) { return symbol <= last && fits_downlink(slot, symbol, symbols); });
}

Occasions Frame::pusch_starts(const PuschParams& pusch) const {
  const int symbols = static_cast<int>(pusch.symbols);
  const bool whole = pusch.mapping == Mapping::kA || symbols == radio::kSymbolsPerSlot;
  const int step = whole ? radio::kSymbolsPerSlot : symbols == 2 ? 2 : 7;
  return pick([&](std::int64_t slot, int symbol) {
    return symbol % step == 0 && fits_uplink(slot, symbol, symbols);
  });
}

std::string tdd_problem(const std::string& pattern, const SpecialSlotParams& special) {
  const auto has = [&](char letter) { return pattern.find(letter) != std::string::npos; };
  if (pattern.empty() || pattern.find_first_not_of("DSU") != std::string::npos)
    return fmt::format("'{}' is no TDD pattern; write the slots as letters D, S and U, such as DDDSU",
                       pattern);
  if (pattern.size() > 160) return "a TDD pattern has at most 160 slots (20 ms with numerology 3)";
  if (!has('U') && !(has('S') && special.uplink > 0))
    return fmt::format(
        "the TDD pattern {} has no uplink: nothing could be requested or acknowledged; add a slot U",
        pattern);
  if (!has('D') && !(has('S') && special.downlink > 0))
    return fmt::format("the TDD pattern {} has no downlink: nothing could be granted; add a slot D", pattern);
  return {};
}

}  // namespace cv2x::uu
