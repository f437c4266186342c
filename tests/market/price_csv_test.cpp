// Closes as people keep them in files: what is read, and what each bad row is called.

#include <string>

#include <doctest/doctest.h>

#include "market/small_market.hpp"

using namespace riskcluster;

namespace {

const Symbol stem{"STEM"};

PriceHistory read(std::string_view text) {
  PriceHistory history;
  const auto added = add_csv(history, "f.csv", stem, text);
  if (!added) FAIL(added.error().message);
  return history;
}

/// "2024-01-02=1.1 2024-01-03=1.2 "
std::string closes(const PriceHistory& history, const char* symbol) {
  std::string text;
  const auto found = history.closes.find(Symbol{symbol});
  if (found == history.closes.end()) return "absent";
  for (const auto& row : found->second) {
    char price[32];
    std::snprintf(price, sizeof price, "%g", row.close);
    text += row.date.iso() + "=" + price + " ";
  }
  return text;
}

} // namespace

TEST_CASE("the header decides: a close is one symbol, a date alone is wide, anything else is not ours") {
  const struct {
    const char* text;
    CsvKind kind;
  } table[] = {{"date,close\n", CsvKind::one_symbol},
               {"DATE,OPEN,HIGH,LOW,CLOSE\n", CsvKind::one_symbol},
               {"Date,Open,High,Low,Close,Adj Close,Volume\n", CsvKind::one_symbol},
               {"close,date\n", CsvKind::one_symbol},
               {"date,EURUSD,USDJPY\n", CsvKind::wide},
               {"EURUSD,Date\n", CsvKind::wide},
               {"date,Adj Close\n", CsvKind::wide},
               {"\xEF\xBB\xBF" // NOLINT(bugprone-suspicious-missing-comma)
                "date,EURUSD\n",
                CsvKind::wide},
               {"\"date\",\"close\"\r\n", CsvKind::one_symbol},
               {"date\n", CsvKind::neither},
               {"name,close\n", CsvKind::neither},
               {"trade_date,EURUSD\n", CsvKind::neither},
               {"", CsvKind::neither},
               {"\n", CsvKind::neither}};
  for (const auto& [text, kind] : table) {
    const auto shown_text = text;
    CAPTURE(shown_text);
    CHECK(csv_kind(text) == kind);
  }
}

TEST_CASE("a wide file has one symbol a column; an empty cell is a day without a price") {
  const auto history = read("date,EURUSD,USDJPY\n2024-01-02,1.1,150\n2024-01-03,,151\n2024-01-04,1.2,\n");
  CHECK(closes(history, "EURUSD") == "2024-01-02=1.1 2024-01-04=1.2 ");
  CHECK(closes(history, "USDJPY") == "2024-01-02=150 2024-01-03=151 ");
}

TEST_CASE("a file with a close is one symbol, named by the file; other columns are ignored") {
  const auto history = read("DATE,OPEN,HIGH,LOW,CLOSE\n1/2/2024,17.24,x,,18.5\n01/03/2024,,,,19\n");
  CHECK(closes(history, "STEM") == "2024-01-02=18.5 2024-01-03=19 ");
  CHECK(history.closes.size() == 1);
}

TEST_CASE("byte order mark, CRLF, blank lines, blanks, quotes and a missing last line end do not matter") {
  const std::string expected = "2024-01-02=1.1 2024-01-03=1.2 ";
  for (const char* const text :
       {"\357\273\277date,EURUSD\n2024-01-02,1.1\n2024-01-03,1.2\n",
        "date,EURUSD\r\n2024-01-02,1.1\r\n2024-01-03,1.2\r\n",
        "date,EURUSD\n\n2024-01-02,1.1\n \t\n2024-01-03,1.2\n\n\n", "date,EURUSD\n2024-01-02,1.1\n2024-01-03,1.2",
        "Date, EURUSD\n 2024-01-02 , 1.1 \n2024-01-03,1.2\n",
        "\"DATE\",\"EURUSD\"\n\"2024-01-02\",\"1.1\"\n2024-01-03,1.2", "EURUSD,dAtE\n1.1,2024-01-02\n1.2,2024-01-03\n",
        "date,EURUSD\n2024-01-02,1.1,\n2024-01-03,1.2, \n"}) {
    CAPTURE(text);
    CHECK(closes(read(text), "EURUSD") == expected);
  }
}

TEST_CASE("a bad row is named by file, line and field") {
  const struct {
    const char* text;
    const char* message;
  } table[] = {
      {"date,EURUSD\n2024-13-01,1\n", "f.csv:2: date: '2024-13-01' is neither ISO nor M/D/YYYY"},
      {"date,EURUSD\n2023-02-29,1\n", "f.csv:2: date: '2023-02-29' is neither ISO nor M/D/YYYY"},
      {"date,EURUSD\nyesterday,1\n", "f.csv:2: date: 'yesterday' is neither ISO nor M/D/YYYY"},
      {"date,EURUSD\n,1\n", "f.csv:2: date: '' is neither ISO nor M/D/YYYY"},
      {"EURUSD,date\n1\n", "f.csv:2: date: '' is neither ISO nor M/D/YYYY"},
      {"date,EURUSD\n2024-01-02,1\n2024-01-01,1\n", "f.csv:3: date: 2024-01-01 does not come after 2024-01-02"},
      {"date,EURUSD\n2024-01-02,1\n2024-01-02,1\n", "f.csv:3: date: 2024-01-02 does not come after 2024-01-02"},
      {"date,EURUSD\n2024-01-02,1\n1/2/2024,1\n", "f.csv:3: date: 2024-01-02 does not come after 2024-01-02"},
      {"date,EURUSD\n2024-01-02,\n2024-01-02,1\n", "f.csv:3: date: 2024-01-02 does not come after 2024-01-02"},
      {"date,EURUSD\n\n\n2024-01-02,0\n", "f.csv:4: EURUSD: '0' is not a price > 0"},
      {"date,EURUSD\r\n2024-01-02,-1.1\r\n", "f.csv:2: EURUSD: '-1.1' is not a price > 0"},
      {"date,EURUSD\n2024-01-02,-0\n", "f.csv:2: EURUSD: '-0' is not a price > 0"},
      {"date,EURUSD\n2024-01-02,NaN\n", "f.csv:2: EURUSD: 'NaN' is not a price > 0"},
      {"date,EURUSD\n2024-01-02,inf\n", "f.csv:2: EURUSD: 'inf' is not a price > 0"},
      {"date,EURUSD\n2024-01-02,1e999\n", "f.csv:2: EURUSD: '1e999' is not a price > 0"},
      {"date,EURUSD\n2024-01-02,1e-999\n", "f.csv:2: EURUSD: '1e-999' is not a price > 0"},
      {"date,EURUSD\n2024-01-02,1.1x\n", "f.csv:2: EURUSD: '1.1x' is not a price > 0"},
      {"date,EURUSD\n2024-01-02,1;1\n", "f.csv:2: EURUSD: '1;1' is not a price > 0"},
      {"date,EURUSD\n2024-01-02,null\n", "f.csv:2: EURUSD: 'null' is not a price > 0"},
      {"date,EURUSD,USDJPY\n2024-01-02,1,2\n2024-01-03,1,x\n", "f.csv:3: USDJPY: 'x' is not a price > 0"},
      {"date,EURUSD,USDJPY\n2024-01-02,1\n", "f.csv:2: no field for USDJPY"},
      {"date,open,close\n2024-01-02,1\n", "f.csv:2: no field for STEM"},
      {"date,close\n2024-01-02,\n", "f.csv:2: close: '' is not a price > 0"},
      {"date,close\n2024-01-02,0.0\n", "f.csv:2: close: '0.0' is not a price > 0"},
      {"date,close\n2024-01-02,1,234.5\n", "f.csv:2: more fields than the header names"},
      {"date,EURUSD\n2024-01-02,\"1,234.5\"\n", "f.csv:2: more fields than the header names"},
      {"date,EURUSD,EURUSD\n", "f.csv:1: two columns named EURUSD"},
      {"date,close,Close\n2024-01-02,1,2\n", "f.csv:1: two columns named close"},
      {"date,EURUSD,DATE\n", "f.csv:1: two columns named date"},
      {"date,EUR.USD\n", "f.csv:1: 'EUR.USD' is not a valid symbol"},
      {"date,EURUSD,\n", "f.csv:1: '' is not a valid symbol"},
      {"day,EURUSD\n", "f.csv:1: no column named date"},
      {"", "f.csv:1: no column named date"},
  };
  for (const auto& [text, message] : table) {
    const auto shown_text = text;
    CAPTURE(shown_text);
    PriceHistory history;
    const auto added = add_csv(history, "f.csv", stem, text);
    REQUIRE_FALSE(added);
    CHECK(added.error().message == message);
    CHECK(added.error().code == Errc::malformed);
    CHECK(history.closes.empty()); // nothing of a bad file is kept
  }
}

TEST_CASE("a symbol that another file has already is an error, whichever kind either is") {
  auto history = read("date,STEM,EURUSD\n2024-01-02,1,1\n");
  auto added = add_csv(history, "g.csv", stem, "date,close\n2024-01-03,2\n");
  REQUIRE_FALSE(added);
  CHECK(added.error().message == "g.csv:1: STEM is in another file of the folder already");
  added = add_csv(history, "h.csv", stem, "date,USDJPY,EURUSD\n2024-01-03,2,2\n");
  REQUIRE_FALSE(added);
  CHECK(added.error().message == "h.csv:1: EURUSD is in another file of the folder already");
  CHECK(closes(history, "STEM") == "2024-01-02=1 ");
  CHECK(closes(history, "USDJPY") == "absent");
}
