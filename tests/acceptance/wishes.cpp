#include "acceptance/wishes.hpp"

#include "files/text_file.hpp"
#include "google/protobuf/util/json_util.h"

namespace riskcluster::acceptance {

Wishes read_wishes(const std::string& path) {
  Wishes wishes;
  auto reader = LineReader::open(path);
  google::protobuf::util::JsonParseOptions lenient;
  lenient.ignore_unknown_fields = true;
  while (reader) {
    const auto line = reader->next();
    if (!line) break;
    trading::TradingSignalBatch batch;
    if (google::protobuf::util::JsonStringToMessage(std::string{*line}, &batch, lenient).ok())
      wishes.emplace(batch.batch_id(), std::move(batch));
  }
  return wishes;
}

} // namespace riskcluster::acceptance
