#include "sim/input/content_hash.h"

#include <gtest/gtest.h>

#include "models/base/error.h"
#include "tests/sim/input/temp_folder.h"

namespace cv2x {
namespace {

/// Examples of NIST for FIPS 180-4 (SHA256.pdf, SHA2_Additional.pdf).
TEST(ContentHash, GivesTheExamplesOfTheStandard) {
  const auto hash = [](std::string_view text) { return ContentHash().add(text).hex(); };
  EXPECT_EQ(hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hash(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(ContentHash, DoesNotDependOnThePieces) {
  const std::string text(1000, 'x');
  const auto whole = ContentHash().add(text).hex();
  for (std::size_t piece = 1; piece < 200; ++piece) {
    ContentHash hash;
    for (std::size_t at = 0; at < text.size(); at += piece)
      hash.add(std::string_view(text).substr(at, piece));
    EXPECT_EQ(hash.hex(), whole) << piece;
  }
  EXPECT_NE(ContentHash().add_field("ab").add_field("c").hex(),
            ContentHash().add_field("a").add_field("bc").hex());
}

TEST(ContentHash, HashesFiles) {
  const TempFolder folder;
  const std::string text(200'000, 'y');
  EXPECT_EQ(hash_file(folder.write("a", text)), ContentHash().add(text).hex());
  EXPECT_THROW(hash_file(folder.file("none")), UserError);
  EXPECT_THROW(hash_file(folder.path().string()), UserError);
}

}  // namespace
}  // namespace cv2x
