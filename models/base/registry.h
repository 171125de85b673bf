#pragma once

#include <cassert>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cv2x {

/// Alternatives of one interface (policies, schedulers) chosen by name. Each alternative is one file; it is
/// added in the family's register function, which names them all: static initialisers would be dropped by the
/// linker from a static library, and their order is not defined.
template <class Interface, class... Args>
class Registry {
 public:
  using Factory = std::function<std::unique_ptr<Interface>(Args...)>;

  /// A name that is taken is a programmer's error (assert).
  void add(std::string_view name, Factory factory) {
    [[maybe_unused]] const bool added = factories_.emplace(name, std::move(factory)).second;
    assert(added);
  }

  /// Null when there is no such name.
  std::unique_ptr<Interface> make(std::string_view name, Args... args) const {
    const auto it = factories_.find(name);
    return it == factories_.end() ? nullptr : it->second(args...);
  }

  /// All names in alphabetical order; views live as long as the registry.
  std::vector<std::string_view> names() const {
    std::vector<std::string_view> out;
    for (const auto& [name, factory] : factories_) out.push_back(name);
    return out;
  }

 private:
  std::map<std::string, Factory, std::less<>> factories_;
};

}  // namespace cv2x
