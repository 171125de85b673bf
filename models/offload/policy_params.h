#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "models/base/describe.h"

namespace cv2x {

struct RandomParams {
  bool local = true;
};

struct DeadlineAwareParams {
  double margin = 0.1;
};

struct EnergyAwareParams {
  double margin = 0.1;
  double infrastructure = 0;
};

struct MobilityAwareParams {
  TimeNs penalty_ns = 100 * kMillisecond;
  double margin = 0.2;
};

struct HysteresisParams {
  double margin = 0.2;
  TimeNs hold_ns = 2 * kSecond;
};

struct GameParams {
  double time_weight = 1;
  double energy_weight = 0;
};

struct LyapunovParams {
  TimeNs v_ns = 5 * kMillisecond;
  double energy_j = 0;
};

/// What both bandits have in common.
struct ArmParams {
  double horizon = 2;
  std::int64_t arms = 6;
};

struct UcbParams {
  double exploration = 1;
  ArmParams arms;
};

struct Exp3Params {
  double gamma = 0.1;
  ArmParams arms;
};

struct FuzzyParams {
  double wan_bps = 8e6;
  double task_cycles = 20e9;
  TimeNs metro_delay_ns = 13 * kMillisecond;
};

/// Parameters of the policies that have any, each under the policy's name. `given`: it is written in the
/// scenario, or the policy is the one in force.
struct PolicyParams {
  RandomParams random;
  DeadlineAwareParams deadline_aware;
  EnergyAwareParams energy_aware;
  MobilityAwareParams mobility_aware;
  HysteresisParams hysteresis;
  GameParams game_theoretic;
  LyapunovParams lyapunov;
  UcbParams bandit_ucb;
  Exp3Params bandit_exp3;
  FuzzyParams fuzzy;

  static constexpr std::array<std::string_view, 10> kNames = {
      "random",         "deadline_aware", "energy_aware", "mobility_aware", "hysteresis",
      "game_theoretic", "lyapunov",       "bandit_ucb",   "bandit_exp3",    "fuzzy"};
  std::array<bool, kNames.size()> given{};
};

inline void describe(Visitor& v, RandomParams& p) {
  v.flag({"local", "whether the vehicle itself is one of the targets"}, p.local);
}

inline void describe(Visitor& v, DeadlineAwareParams& p) {
  v.quantity({"margin", "share of the deadline that a prediction must leave"}, p.margin, Dimension::kShare,
             {0, 0.99});
}

inline void describe(Visitor& v, EnergyAwareParams& p) {
  v.quantity({"margin", "share of the deadline that a prediction must leave"}, p.margin, Dimension::kShare,
             {0, 0.99});
  v.quantity({"infrastructure", "share of the hosts' energy that counts beside that of the vehicle"},
             p.infrastructure, Dimension::kShare, kShareBounds);
}

inline void describe(Visitor& v, MobilityAwareParams& p) {
  v.duration({"penalty", "latency that a change of cell on the way is expected to add"}, p.penalty_ns,
             {0, 3.6e12});
  v.quantity({"margin", "share of the dwell time that a prediction must leave"}, p.margin, Dimension::kShare,
             {0, 0.99});
}

inline void describe(Visitor& v, HysteresisParams& p) {
  v.quantity({"margin", "another target must be better than the present one by this share of its latency"},
             p.margin, Dimension::kShare, {0, 0.99});
  v.duration(
      {"hold",
       "and the last change of this vehicle and service so long ago, in the mean: half to three halves "
       "of it, drawn anew"},
      p.hold_ns, {0, 3.6e12});
}

inline void describe(Visitor& v, GameParams& p) {
  v.number({"time_weight", "λᵗ: weight of a second of latency in the overhead"}, p.time_weight, {0, 1e6});
  v.number({"energy_weight", "λᵉ: weight of a joule of the vehicle's energy"}, p.energy_weight, {0, 1e6});
}

inline void describe(Visitor& v, LyapunovParams& p) {
  v.duration({"v",
              "V: weight of latency against backlog; about the execution time of a task divided by the cores "
              "of a host makes both count alike, more lets queues grow"},
             p.v_ns, {0, 3.6e12});
  v.number({"energy_j", "energy [J] that a task may take out of the vehicle in the mean; 0: no limit"},
           p.energy_j, kNotNegative);
}

/// Keys among those of a bandit.
inline void describe_keys(Visitor& v, ArmParams& p) {
  v.number({"horizon",
            "latency, in deadlines, from which a result is worth nothing; its worth falls linearly from 1 to "
            "there"},
           p.horizon, {1, 1000});
  v.integer({"arms", "hosts to choose from: the nearest ones that can be reached; the vehicle is another"},
            p.arms, 1, 1000);
}

inline void describe(Visitor& v, UcbParams& p) {
  v.number({"exploration", "factor of the confidence radius; 1: UCB1"}, p.exploration, {0, 100});
  describe_keys(v, p.arms);
}

inline void describe(Visitor& v, Exp3Params& p) {
  v.number({"gamma", "γ: share of the choices that are uniform"}, p.gamma, {0, 1, true});
  describe_keys(v, p.arms);
}

inline void describe(Visitor& v, FuzzyParams& p) {
  v.quantity({"wan", "rate to the cloud that is fully high; its other terms scale with it"}, p.wan_bps,
             Dimension::kRate, {1e3, 1e15});
  v.quantity({"task", "cycles of a task that is fully large; the other terms scale with it"}, p.task_cycles,
             Dimension::kCycles, kPositive);
  v.duration({"metro_delay", "delay to another edge host that is fully high; the others scale with it"},
             p.metro_delay_ns, {1, 3.6e12});
}

inline void describe_keys(Visitor& v, PolicyParams& p) {
  v.optional_object({"random", "parameters of the policy random"}, p.random, p.given[0]);
  v.optional_object({"deadline_aware", "parameters of the policy deadline_aware"}, p.deadline_aware,
                    p.given[1]);
  v.optional_object({"energy_aware", "parameters of the policy energy_aware"}, p.energy_aware, p.given[2]);
  v.optional_object({"mobility_aware", "parameters of the policy mobility_aware"}, p.mobility_aware,
                    p.given[3]);
  v.optional_object({"hysteresis", "parameters of the policy hysteresis"}, p.hysteresis, p.given[4]);
  v.optional_object({"game_theoretic", "parameters of the policy game_theoretic"}, p.game_theoretic,
                    p.given[5]);
  v.optional_object({"lyapunov", "parameters of the policy lyapunov"}, p.lyapunov, p.given[6]);
  v.optional_object({"bandit_ucb", "parameters of the policy bandit_ucb"}, p.bandit_ucb, p.given[7]);
  v.optional_object({"bandit_exp3", "parameters of the policy bandit_exp3"}, p.bandit_exp3, p.given[8]);
  v.optional_object({"fuzzy", "parameters of the policy fuzzy"}, p.fuzzy, p.given[9]);
}

}  // namespace cv2x
