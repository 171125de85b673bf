#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <initializer_list>
#include <tuple>

namespace cv2x::bindings {

/// A NumPy array that lies in memory as C++ wants it; others are copied.
template <class T>
using Array = pybind11::array_t<T, pybind11::array::c_style | pybind11::array::forcecast>;

/// The length that all have; ValueError when they differ.
inline pybind11::ssize_t length_of(std::initializer_list<pybind11::ssize_t> sizes) {
  for (const auto size : sizes) {
    if (size != *sizes.begin()) throw pybind11::value_error("arrays of different lengths");
  }
  return *sizes.begin();
}

/// law(a[i], b[i], …) for arrays of one length (cv2x/vector.py makes them so), without the GIL.
template <class R, class Law, class... T>
pybind11::array_t<R> each(const Law& law, const Array<T>&... in) {
  const auto n = length_of({in.size()...});
  pybind11::array_t<R> out(n);
  R* const to = out.mutable_data();
  const std::tuple from(in.data()...);
  const pybind11::gil_scoped_release no_gil;
  for (pybind11::ssize_t i = 0; i < n; ++i)
    to[i] = std::apply([&](const auto*... at) { return static_cast<R>(law(at[i]...)); }, from);
  return out;
}

}  // namespace cv2x::bindings
