#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace cv2x {

/// How a column is stored. Booleans are kU8, enums their underlying type.
enum class ColumnType : std::uint8_t { kU8, kU16, kU32, kU64, kI32, kI64, kF32, kF64, kText };

/// Bytes of a kText value: UTF-8, filled up with zeros.
inline constexpr std::size_t kTextBytes = 64;

constexpr std::size_t size_of_type(ColumnType type) {
  constexpr std::size_t kSizes[] = {1, 2, 4, 8, 4, 8, 4, 8, kTextBytes};
  return kSizes[static_cast<std::size_t>(type)];
}
/// As FORMAT.md writes it: "u8", "i64", "text".
constexpr std::string_view name_of_type(ColumnType type) {
  constexpr std::string_view kNames[] = {"u8", "u16", "u32", "u64", "i32", "i64", "f32", "f64", "text"};
  return kNames[static_cast<std::size_t>(type)];
}

template <class T>
constexpr ColumnType column_type() {
  if constexpr (std::is_enum_v<T>) {
    return column_type<std::underlying_type_t<T>>();
  } else if constexpr (std::is_same_v<T, std::uint8_t> || std::is_same_v<T, bool>) {
    return ColumnType::kU8;
  } else if constexpr (std::is_same_v<T, std::uint16_t>) {
    return ColumnType::kU16;
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    return ColumnType::kU32;
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    return ColumnType::kU64;
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    return ColumnType::kI32;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return ColumnType::kI64;
  } else if constexpr (std::is_same_v<T, float>) {
    return ColumnType::kF32;
  } else if constexpr (std::is_same_v<T, double>) {
    return ColumnType::kF64;
  } else {
    static_assert(std::is_same_v<T, std::string>);
    return ColumnType::kText;
  }
}

/// The longest head of `text` that fits into so many bytes and ends with a whole UTF-8 character.
constexpr std::string_view cut_text(std::string_view text, std::size_t bytes = kTextBytes) {
  if (text.size() <= bytes) return text;
  std::size_t n = bytes;
  while (n > 0 && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80) --n;
  return text.substr(0, n);
}

/// One column of a table: a member of its row struct and what the file says about it.
template <class Row, class T>
struct Column {
  std::string_view name;
  T Row::*member;
  std::string_view unit;  ///< "ns", "m", "1" for counts and shares, "" for ids, indices and words
  std::string_view description;
  std::string_view index_of = {};                ///< the table or name list whose rows the value points to
  std::span<const std::string_view> words = {};  ///< an enum's names, in the order of its values

  static constexpr ColumnType type() { return column_type<T>(); }

  /// Puts the row's value at place i of an array of the column's type, or takes it from there.
  void store(std::byte* column, std::size_t i, const Row& row) const {
    if constexpr (type() == ColumnType::kText) {
      const std::string_view text = cut_text(row.*member);
      std::memset(column + i * kTextBytes, 0, kTextBytes);
      std::memcpy(column + i * kTextBytes, text.data(), text.size());
    } else {
      std::memcpy(column + i * sizeof(T), &(row.*member), sizeof(T));
    }
  }
  void load(const std::byte* column, std::size_t i, Row& row) const {
    if constexpr (type() == ColumnType::kText) {
      const char* text = reinterpret_cast<const char*>(column + i * kTextBytes);
      (row.*member).assign(text, strnlen(text, kTextBytes));
    } else if constexpr (std::is_same_v<T, bool>) {
      row.*member = column[i] != std::byte{0};
    } else {
      std::memcpy(&(row.*member), column + i * sizeof(T), sizeof(T));
    }
  }
};

/// Name, description, rows a chunk and columns of the table of `Row`. Chunks of tables that fill slowly are
/// short: what a flush writes of a chunk that is not full is written again by the next.
template <class Row>
struct TableOf;

}  // namespace cv2x
