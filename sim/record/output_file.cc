#include "sim/record/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "models/base/error.h"

namespace cv2x {

namespace {

namespace fs = std::filesystem;

/// One byte far behind the end of the file; nobody else locks it, HDF5 (flock) least of all. Of the open file
/// and not of the process: a lock of the process would go when HDF5 closes the file.
struct flock far_byte(short type) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(1) << 62;
  lock.l_len = 1;
  return lock;
}

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw UserError(Location{path}, "cannot write the result: " + why);
}

/// Keeps other runs from publishing into the same folder while it lives.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : fd_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (fd_ >= 0) ::flock(fd_, LOCK_EX);  // a file system without locks: the check alone must do
  }
  ~FolderLock() {
    if (fd_ >= 0) close(fd_);
  }

 private:
  int fd_;
};

}  // namespace

bool is_being_written(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct flock lock = far_byte(F_RDLCK);
  const bool locked = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  close(fd);
  return locked;
}

OutputFile::OutputFile(const std::string& path) {
  std::error_code error;
  path_ = fs::weakly_canonical(fs::absolute(path, error), error).string();
  if (path.empty()) fail(path, "no path given");
  if (error) fail(path, error.message());
  const auto status = fs::status(path_, error);
  if (fs::is_directory(status)) fail(path, "it is a folder");
  if (fs::exists(status)) {
    if (!fs::is_regular_file(status)) fail(path, "it is there and not a file");
    if (access(path_.c_str(), W_OK) != 0) fail(path, std::strerror(errno));
  }
  const fs::path folder = fs::path(path_).parent_path();
  if (!fs::is_directory(folder, error)) fail(path, fmt::format("there is no folder {}", folder.string()));
  check_not_being_written();
  temporary_ = fmt::format("{}.part-{}", path_, getpid());
  if (!is_being_written(temporary_)) unlink(temporary_.c_str());  // of a killed run that had our process id
  fd_ = open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd_ < 0) fail(path, std::strerror(errno));
  struct flock lock = far_byte(F_WRLCK);
  fcntl(fd_, F_OFD_SETLK, &lock);  // as above
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
  if (fd_ >= 0) close(fd_);
}

void OutputFile::check_not_being_written() const {
  if (is_being_written(path_)) fail(path_, "another run is writing this file");
}

void OutputFile::publish() {
  const FolderLock others_wait(fs::path(path_).parent_path().string());
  check_not_being_written();
  if (rename(temporary_.c_str(), path_.c_str()) != 0) fail(path_, std::strerror(errno));
  temporary_.clear();
}

bool OutputFile::is_in_place() const {
  struct stat named = {}, ours = {};
  return stat(path_.c_str(), &named) == 0 && fstat(fd_, &ours) == 0 && named.st_ino == ours.st_ino &&
         named.st_dev == ours.st_dev;
}

int OutputFile::extend(std::int64_t bytes) {
  struct stat now = {};
  if (fstat(fd_, &now) != 0) return errno;
  return now.st_size >= bytes || ftruncate(fd_, bytes) == 0 ? 0 : errno;
}

void OutputFile::release(std::int64_t bytes) {
  // A tail of zeros that stays does no harm: a failure is none of the result's.
  if (ftruncate(fd_, bytes) != 0) errno = 0;
  close(std::exchange(fd_, -1));
}

}  // namespace cv2x
