#include "files/market_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "files/text_file.hpp"

namespace riskcluster {

namespace {

bool is_csv(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".csv";
}

} // namespace

Result<PriceHistory> read_market_folder(const std::string& folder) {
  std::error_code failed;
  std::vector<std::filesystem::path> paths;
  for (std::filesystem::directory_iterator entry{folder, failed}, end; !failed && entry != end; entry.increment(failed))
    if (std::error_code ignored; entry->is_regular_file(ignored) && is_csv(entry->path()))
      paths.push_back(entry->path());
  if (failed) return Error{Errc::not_found, folder + ": cannot be read as a market folder: " + failed.message()};
  std::sort(paths.begin(), paths.end());

  PriceHistory history;
  for (const auto& path : paths) {
    auto text = read_text(path.string());
    if (!text) return text.error();
    if (csv_kind(*text) == CsvKind::neither) continue;
    if (auto added = add_csv(history, path.string(), Symbol{path.stem().string()}, *text); !added) return added.error();
  }
  if (history.closes.empty()) return Error{Errc::not_found, folder + ": no CSV file with a date column and prices"};
  return history;
}

} // namespace riskcluster
