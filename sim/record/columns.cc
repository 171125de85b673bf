#include "sim/record/columns.h"

namespace cv2x {

namespace {

template <class Row>
TableInfo info_of() {
  TableInfo info{TableOf<Row>::kName, TableOf<Row>::kDescription, TableOf<Row>::kChunkRows, {}};
  for_each_column<Row>([&](const auto& c) {
    info.columns.push_back({c.name, c.type(), c.unit, c.description, c.index_of, c.words});
  });
  return info;
}

}  // namespace

const std::vector<TableInfo>& all_tables() {
  static const std::vector<TableInfo> kAll = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::vector<TableInfo>{info_of<std::tuple_element_t<I, AllRows>>()...};
  }
  (std::make_index_sequence<kTables>{});
  return kAll;
}

}  // namespace cv2x
