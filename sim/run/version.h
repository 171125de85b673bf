#pragma once

namespace cv2x {

inline constexpr const char* kVersion = CV2X_VERSION;
#if defined(__clang__)
inline constexpr const char* kCompiler = "clang " __clang_version__;
#else
inline constexpr const char* kCompiler = "gcc " __VERSION__;
#endif

}  // namespace cv2x
