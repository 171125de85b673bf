# Floating point that decides something must give the same bits on every vector width and
# optimisation level: no -ffast-math, no -march=native, no contraction to fused multiply-add.
add_library(cv2x_flags INTERFACE)
target_compile_options(cv2x_flags INTERFACE -ffp-contract=off -fno-math-errno -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                            -Wno-sign-conversion)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
  target_compile_options(cv2x_flags INTERFACE -march=x86-64-v2)
endif()
if(CV2X_WERROR)
  target_compile_options(cv2x_flags INTERFACE -Werror)
endif()
if(CV2X_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CV2X_SANITIZE)
  add_compile_options(-fsanitize=${CV2X_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CV2X_SANITIZE})
endif()
