#include "sim/record/recorder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "sim/record/reader.h"

namespace cv2x {
namespace {
TEST(Recorder, Smoke) {
  const std::string path = "/tmp/rec_smoke.h5";
  RecordHeader header;
  header.services = {{"a", 5}, {"bb", 7}};
  header.provenance = {{"version", "0.1"}};
  const int n = 1500000;
  auto t0 = std::chrono::steady_clock::now();
  double caller;
  {
    Recorder r({path}, header);
    StageEntry st[6];
    std::uint64_t x = 1;
    for (int i = 0; i < n; ++i) {
      MessageRow m;
      m.id = std::uint64_t(i) + 1;
      m.vehicle = std::uint32_t(i) * 7919u % 500u;
      m.created_ns = i * 20000LL;
      x = x * 6364136223846793005ULL + 1442695040888963407ULL;
      m.x_m = float(x >> 40) * 1e-3f;
      m.y_m = float((x >> 20) & 0xffffff) * 1e-3f;
      m.bytes = 300;
      m.cell = int((x >> 33) % 6);
      for (int k = 0; k < 6; ++k) {
        x = x * 6364136223846793005ULL + 1442695040888963407ULL;
        st[k] = {Stage(k + 1), m.created_ns + k * 1000000 + TimeNs((x >> 40) % 14) * 35714};
      }
      m.end_ns = st[5].enter_ns + TimeNs((x >> 33) % 1000000);
      r.message(m, st);
      if (i % 100000 == 99999) r.flush(m.created_ns);
    }
    caller = std::chrono::duration<double>(std::chrono::steady_clock::now() - t0).count();
    r.finish(30000000000, 1.5);
  }
  double total = std::chrono::duration<double>(std::chrono::steady_clock::now() - t0).count();
  printf("caller %.0f ns/msg  wall %.0f ns/msg cpu %.0f, file %ju B/msg\n", caller / n * 1e9, total / n * 1e9,
         double(clock()) / CLOCKS_PER_SEC / n * 1e9, std::filesystem::file_size(path) / n);
  Result res(path);
  EXPECT_TRUE(res.complete());
  EXPECT_EQ(res.size<MessageRow>(), n);
}
}  // namespace
}  // namespace cv2x
