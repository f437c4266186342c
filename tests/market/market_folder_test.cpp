// Files and folders as the doors see them: an error is a sentence that names the file, never an exception.

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <doctest/doctest.h>

#include "files/market_folder.hpp"
#include "files/text_file.hpp"

using namespace riskcluster;

namespace {

/// A folder of its own, gone with the test.
class Folder {
public:
  Folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("riskcluster-market-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder& file(const char* name, std::string_view text) {
    std::ofstream{path_ / name, std::ios::binary} << text;
    return *this;
  }
  std::string path(const char* name = "") const { return *name ? (path_ / name).string() : path_.string(); }

private:
  std::filesystem::path path_;
};

std::string error_of(const Folder& folder) {
  const auto history = read_market_folder(folder.path());
  return history ? "" : history.error().message;
}

} // namespace

TEST_CASE("a folder's CSV files of either kind become one history; other files are ignored") {
  Folder folder;
  folder.file("prices.csv", "date,EURUSD,USDJPY\n2024-01-02,1.1,150\n")
      .file("VIX.CSV", "DATE,OPEN,HIGH,LOW,CLOSE\n1/2/2024,17,18,16,17.5\n")
      .file("US30.csv", "date,close\n2024-01-02,40000\n")
      .file("names.csv", "symbol,name\nEURUSD,euro\n")
      .file("empty.csv", "")
      .file("README.md", "date,close\nnot,ours\n");
  std::filesystem::create_directory(folder.path("old.csv"));
  const auto history = read_market_folder(folder.path());
  REQUIRE(history);
  REQUIRE(history->closes.size() == 4);
  CHECK(history->closes.at(Symbol{"VIX"}).at(0).close == 17.5);
  CHECK(history->closes.at(Symbol{"US30"}).at(0).close == 40'000);
  CHECK(history->closes.at(Symbol{"USDJPY"}).at(0).close == 150);
}

TEST_CASE("a bad row stops the folder, named by path and line") {
  Folder folder;
  folder.file("a.csv", "date,EURUSD\n2024-01-02,1.1\n").file("b.csv", "date,USDJPY\n2024-01-02,150\n2024-01-03,0\n");
  CHECK(error_of(folder) == folder.path("b.csv") + ":3: USDJPY: '0' is not a price > 0");
}

TEST_CASE("two files for one symbol stop the folder; the later name is blamed") {
  Folder folder;
  folder.file("a.csv", "date,EURUSD\n2024-01-02,1.1\n").file("EURUSD.csv", "date,close\n2024-01-02,1.1\n");
  CHECK(error_of(folder) == folder.path("a.csv") + ":1: EURUSD is in another file of the folder already"); // E < a
}

TEST_CASE("a one-symbol file whose name is no symbol stops the folder") {
  Folder folder;
  folder.file("my prices.csv", "date,close\n2024-01-02,1.1\n");
  CHECK(error_of(folder) == folder.path("my prices.csv") + ":1: 'my prices' is not a valid symbol");
}

TEST_CASE("a folder without prices, or no folder at all, is an error") {
  Folder folder;
  CHECK(error_of(folder) == folder.path() + ": no CSV file with a date column and prices");
  folder.file("notes.csv", "a,b\n1,2\n");
  CHECK_FALSE(error_of(folder).empty());
  for (const auto& path : {folder.path("absent"), folder.path("notes.csv"), std::string(5'000, 'x'), std::string{}}) {
    const auto history = read_market_folder(path);
    REQUIRE_FALSE(history);
    CHECK(history.error().code == Errc::not_found);
    CHECK(history.error().message.starts_with(path + ": cannot be read as a market folder: "));
  }
}

TEST_CASE("a text is read byte by byte; what cannot be read is an error that names it") {
  Folder folder;
  const std::string bytes{"a\r\n\0\xff", 5};
  folder.file("a.txt", bytes).file("empty.txt", "");
  auto text = read_text(folder.path("a.txt"));
  REQUIRE(text);
  CHECK(*text == bytes);
  text = read_text(folder.path("empty.txt"));
  REQUIRE(text);
  CHECK(text->empty());
  CHECK(read_text(folder.path()).error().message == folder.path() + ": is a folder, not a file");
  // The last is longer than any path may be: no exception may leave the door.
  for (const auto& path : {folder.path("absent"), folder.path("a.txt/b"), std::string(5'000, 'x')}) {
    CHECK(read_text(path).error().message.starts_with(path + ": cannot be read: "));
    CHECK(LineReader::open(path).error().message.starts_with(path + ": cannot be read: "));
  }
}

TEST_CASE("lines come one by one, without their ends, and all bytes are counted") {
  Folder folder;
  folder.file("a.txt", "one\n\ntwo\r\nlast");
  auto reader = LineReader::open(folder.path("a.txt"));
  REQUIRE(reader);
  CHECK(reader->bytes_total() == 14);
  std::string lines;
  while (const auto line = reader->next()) lines += std::to_string(reader->line()) + "=" + std::string{*line} + ";";
  CHECK(lines == "1=one;2=;3=two;4=last;");
  CHECK(reader->bytes_read() == 14);
  CHECK_FALSE(reader->next());
}

TEST_CASE("a line beyond the bound comes cut, and the next is whole") {
  Folder folder;
  std::string text(line_bytes_max + 5, 'x');
  text.append("\n").append(line_bytes_max, 'y').append("\nz\n");
  folder.file("a.txt", text);
  auto reader = LineReader::open(folder.path("a.txt"));
  REQUIRE(reader);
  CHECK(reader->next()->size() == line_bytes_max);
  CHECK(reader->too_long());
  CHECK(reader->next()->size() == line_bytes_max);
  CHECK_FALSE(reader->too_long());
  CHECK(*reader->next() == "z");
  CHECK(reader->bytes_read() == reader->bytes_total());
}
