#pragma once

#include <cstdint>
#include <string>

namespace cv2x {

/// A file that comes into being under another name and then takes the place of the one that was asked for,
/// unless some other run is writing that. While it lives it holds a lock on the file, so that others see it
/// being written; the lock ends with the process, however that ends. Errors are UserError.
class OutputFile {
 public:
  /// Makes the temporary file, beside the final one. Throws when the folder is missing or not writable, or
  /// the path is a folder or anything else but a file, or a file that is being written or that is
  /// write-protected.
  explicit OutputFile(const std::string& path);
  /// Removes the temporary file when it was not published.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const std::string& path() const { return path_; }
  const std::string& temporary_path() const { return temporary_; }
  /// Gives it its final name.
  void publish();
  /// Whether the published file still has its name: nobody removed or replaced it, or its folder.
  bool is_in_place() const;
  /// Makes the file at least `bytes` long, without using disk space for that; errno of a failure, else 0.
  int extend(std::int64_t bytes);
  /// Nothing will be written any more: cuts the file to `bytes` and drops the lock.
  void release(std::int64_t bytes);

 private:
  void check_not_being_written() const;

  std::string path_;       ///< absolute, links resolved
  std::string temporary_;  ///< empty once published
  int fd_ = -1;
};

/// Whether a run is writing this file now.
bool is_being_written(const std::string& path);

}  // namespace cv2x
