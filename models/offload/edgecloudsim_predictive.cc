#include <array>

#include "models/offload/edgecloudsim.h"
#include "models/offload/policies.h"

namespace cv2x {
namespace {

using edgecloudsim::Way;

/// PREDICTIVE of EdgeCloudSim's vehicular sample (edgecloudsim.h; its OrchestratorStatisticLogger): a way is
/// drawn with a probability in inverse proportion to how often tasks have failed there lately,
///
///     p_i ∝ 1/F_i,   F_i = Σ w_k f_ik over the last four windows of 0.125 s, w = 4, 3, 2, 1, newest first
///
/// f: tasks in percent that ended in failure of all that ended in the window, or 0.1 when none failed. Until
/// the end of the warm-up 0.34, 0.33, 0.33. A draw never falls into the outer hundredths. Tasks lost because
/// the vehicle left the cell are not told there. Its branch that weighs service times as well can never be
/// taken, so it is left out.
class EdgeCloudSimPredictive final : public Policy {
 public:
  explicit EdgeCloudSimPredictive(const PolicySetup& setup)
      : warm_up_ns_(setup.warm_up_ns), random_(setup.seed, "edgecloudsim", 0) {}

  std::uint8_t sees() const override { return 0; }
  Target decide(const TaskRequest&, const PolicyView& view) override {
    roll_to(view.now_ns);
    std::array<double, 3> weight{0.34, 0.33, 0.33};
    if (view.now_ns >= warm_up_ns_) {
      for (std::size_t i = 0; i < 3; ++i) weight[i] = 1 / failures(i);
    }
    const double u = (0.01 + 0.98 * random_.uniform()) * (weight[0] + weight[1] + weight[2]);
    return turns_.next(u < weight[0]               ? Way::kEdge
                       : u < weight[0] + weight[1] ? Way::kCloudByServingSite
                                                   : Way::kCloudByCellular,
                       view);
  }

  void finished(const TaskResult& result) override {
    if (result.target.is_local() || result.outcome == Outcome::kLeftCell) return;
    roll_to(result.end_ns);
    const std::size_t way = result.target.path == kCellular ? 2 : is_cloud(result.target.host) ? 1 : 0;
    ++open_[way].ended;
    if (result.outcome != Outcome::kDelivered) ++open_[way].failed;
  }

  void begin(const std::shared_ptr<const PolicyView>& view) override { view_ = view; }

 private:
  static constexpr TimeNs kWindowNs = 125 * kMillisecond;
  static constexpr std::array<double, 4> kWeights{4, 3, 2, 1};
  struct Count {
    std::int64_t ended = 0, failed = 0;
  };
  using Window = std::array<Count, 3>;

  bool is_cloud(HostIndex host) const { return view_->hosts[host.value].cloud; }

  void roll_to(TimeNs now) {
    const TimeNs window = now / kWindowNs;
    for (TimeNs n = 0; window_ < window && n < 4; ++n) {
      for (std::size_t k = closed_.size() - 1; k > 0; --k) closed_[k] = closed_[k - 1];
      closed_[0] = open_;
      open_ = {};
      ++window_;
    }
    window_ = window;  // older ones are empty all
  }

  double failures(std::size_t way) const {
    double sum = 0;
    for (std::size_t k = 0; k < closed_.size(); ++k) {
      const Count& c = closed_[k][way];
      sum += kWeights[k] *
             (c.failed > 0 ? 100 * static_cast<double>(c.failed) / static_cast<double>(c.ended) : 0.1);
    }
    return sum;
  }

  TimeNs warm_up_ns_;
  Stream random_;
  edgecloudsim::Turns turns_;
  std::shared_ptr<const PolicyView> view_;
  Window open_{};
  std::array<Window, 4> closed_{};  // newest first
  TimeNs window_ = 0;
};

}  // namespace

std::unique_ptr<Policy> make_edgecloudsim_predictive_policy(const PolicySetup& setup) {
  return std::make_unique<EdgeCloudSimPredictive>(setup);
}

}  // namespace cv2x
