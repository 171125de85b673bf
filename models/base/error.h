#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cv2x {

/// A place in something the user wrote. Line and column count from 1; 0 = not known.
struct Location {
  std::string file;
  int line = 0;
  int column = 0;

  /// "file:line:column", without the parts that are not known.
  std::string text() const;
};

/// One thing wrong with the user's input: where, which key ("radio.carriers.n78.bandwidth", may be empty) and
/// what: found, allowed, nearest.
struct Diagnostic {
  Location where;
  std::string key;
  std::string message;

  /// "file:line:column: key: message".
  std::string text() const;
};

/// A user's mistake (exit code 2). Carries every mistake found, not just the first. A programmer's mistake is
/// an assert.
class UserError : public std::runtime_error {
 public:
  explicit UserError(std::vector<Diagnostic> diagnostics);
  explicit UserError(std::string message) : UserError({{{}, {}, std::move(message)}}) {}
  UserError(Location where, std::string message) : UserError({{std::move(where), {}, std::move(message)}}) {}

  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// The run was stopped from outside (SIGINT, a callback that said stop).
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The candidate nearest to `word` by edit distance in bytes, the first on a tie; empty when none is near
/// (more than a third of the word's bytes, and more than one, would have to change) or the word is over 200
/// bytes long.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// "a, b, c" — at most `most` of them, then "… (n in all)".
std::string join_names(const std::vector<std::string_view>& names, std::size_t most = 20);

}  // namespace cv2x
