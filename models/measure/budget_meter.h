#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/measure/age_stats.h"
#include "models/measure/age_tracker.h"
#include "models/measure/blame.h"
#include "models/measure/params.h"
#include "models/measure/service_stats.h"
#include "models/measure/stage_sums.h"

namespace cv2x {

/// What budgets need to know of a service.
struct MeteredService {
  std::string name;
  std::string slice;
  TimeNs deadline_ns = 0;
  bool streams = false;  ///< sends updates of which the newest counts: its age of information is defined
};

/// What one run says about a budget.
struct BudgetMeasure {
  Estimate measured;          ///< latency, age: the quantile [ns]; reliability: the share
  std::uint64_t samples = 0;  ///< counted messages; age: stretches between two deliveries (AgeRamp)
  std::uint64_t kept = 0;     ///< of those, how many kept the limit or deadline
  BlameSums blame;
};

/// Measures budgets of any scope. Told of everything that ends, in the run or afterwards from a result file;
/// the same messages give the same numbers, whatever else is measured beside them.
class BudgetMeter {
 public:
  struct Window {
    TimeNs from_ns = 0, until_ns = 0;  ///< what is created within counts
  };
  /// Statistics of whole services that somebody else keeps, fed with the same messages; budgets on a whole
  /// service then use those. By index; null: none.
  struct Kept {
    const ServiceStats* stats = nullptr;
    const StageSums* stages = nullptr;
  };

  /// Names in `budgets` are there. `kept`: empty, or an entry a service; they outlive the meter.
  BudgetMeter(std::vector<BudgetParams> budgets, const std::vector<AreaParams>& areas,
              std::vector<MeteredService> services, const Window& window, std::vector<Kept> kept = {});
  BudgetMeter(BudgetMeter&&) = delete;

  /// A message, copy or task by which services are judged has ended, counted or not. In order of the ends.
  void add(const EndedMessage& message, std::span<const StageEntry> stages);
  void leave(std::uint32_t vehicle, TimeNs now);
  /// Everything has been told; the run ended at `end_ns`.
  void finish(TimeNs end_ns);

  const std::vector<BudgetParams>& budgets() const { return budgets_; }
  /// After finish().
  BudgetMeasure measure(std::size_t budget) const;

  /// The services (indices) that a budget is about: those that exist, fit, and of an age those that stream.
  static std::vector<std::uint16_t> services_of(const BudgetParams& budget,
                                                std::span<const MeteredService> services);

 private:
  using Outcomes = std::array<std::uint64_t, static_cast<std::size_t>(Outcome::kCount)>;

  /// What budgets of the same services, area and kind of metric share.
  struct Scope {
    std::vector<std::uint16_t> services;
    const AreaParams* area = nullptr;
    bool age = false;
    std::vector<std::size_t> budgets;
    const ServiceStats* stats = nullptr;
    std::unique_ptr<ServiceStats> own_stats;
    std::unique_ptr<AgeStats> ages;
    std::vector<CauseSums> all;  ///< delivered messages or told ramps, by place in `services`
    Outcomes lost{};             ///< messages
    bool holds(float x_m, float y_m) const;
  };
  /// What is a budget's own: those that broke its limit.
  struct Late {
    std::vector<CauseSums> told;  ///< by place in the scope's services
    std::uint64_t ramps = 0;      ///< ages beyond the limit, told or not
    Outcomes lost{};              ///< updates during those
  };
  struct Place {
    std::size_t scope;
    std::size_t service;  ///< place in its services
  };

  void add_ramp(const AgeRamp& ramp);
  std::size_t scope_of(const BudgetParams& budget, const Window& window);
  BlameSums blame_of(std::size_t budget) const;

  std::vector<BudgetParams> budgets_;
  std::vector<AreaParams> areas_;
  std::vector<MeteredService> services_;
  std::vector<Kept> kept_;
  std::vector<Scope> scopes_;
  std::vector<std::size_t> scope_of_budget_;
  std::vector<Late> late_;
  std::vector<std::vector<Place>> places_, age_places_;  ///< by service
  std::optional<AgeTracker> tracker_;
};

}  // namespace cv2x
