#include "transport/nats_options.hpp"

#include <fstream>
#include <vector>

#include <nats/nats.h>

namespace riskcluster {

namespace {

std::vector<std::string> split(const std::string& urls) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (from <= urls.size()) {
    const auto comma = std::min(urls.find(',', from), urls.size());
    const auto first = urls.find_first_not_of(' ', from);
    if (first < comma) parts.push_back(urls.substr(first, urls.find_last_not_of(' ', comma - 1) + 1 - first));
    from = comma + 1;
  }
  return parts;
}

/// "user:password" of one url, or nothing.
std::string secret_of(const std::string& url) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  const auto at = url.rfind('@');
  return at == std::string::npos || at < begin ? std::string{} : url.substr(begin, at - begin);
}

void erase_all(std::string& text, const std::string& part) {
  if (part.empty()) return;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at)) text.replace(at, part.size(), "*");
}

/// What is wrong, each fault with its value.
std::string faults_of(const NatsOptions& options) {
  std::string faults;
  const auto fault = [&](bool wrong, const std::string& what) {
    if (wrong) faults += (faults.empty() ? "" : "; ") + what;
  };
  fault(split(options.url).empty(), "no url");
  const auto positive = [&](const char* option, std::chrono::milliseconds value) {
    fault(value.count() <= 0, std::string{option} + " is " + std::to_string(value.count()) + " ms");
  };
  positive("connect_timeout", options.connect_timeout);
  positive("reconnect_wait", options.reconnect_wait);
  positive("ping_interval", options.ping_interval);
  positive("publish_deadline", options.publish_deadline);
  positive("reopen_wait", options.reopen_wait);
  fault(options.reconnect_jitter.count() < 0, "reconnect_jitter is negative");
  fault(options.pings_out_max < 1, "pings_out_max is " + std::to_string(options.pings_out_max));
  fault(options.certificate_file.empty() != options.key_file.empty(), "certificate_file and key_file go together");
  for (const auto& file : {options.credentials_file, options.ca_file, options.certificate_file, options.key_file})
    fault(!file.empty() && !std::ifstream{file}, file + " cannot be read");
  return faults;
}

natsStatus set_tls(natsOptions* out, const NatsOptions& options) {
  if (options.ca_file.empty() && options.certificate_file.empty()) return NATS_OK;
  natsStatus status = natsOptions_SetSecure(out, true);
  if (status == NATS_OK && !options.ca_file.empty())
    status = natsOptions_LoadCATrustedCertificates(out, options.ca_file.c_str());
  if (status == NATS_OK && !options.certificate_file.empty())
    status = natsOptions_LoadCertificatesChain(out, options.certificate_file.c_str(), options.key_file.c_str());
  // No expected name is set: Debian's build compares the one in the url, of each server of a cluster its own.
  return status;
}

natsStatus set_servers(natsOptions* out, const NatsOptions& options) {
  const auto urls = split(options.url);
  std::vector<const char*> texts;
  texts.reserve(urls.size());
  for (const auto& url : urls) texts.push_back(url.c_str());
  return natsOptions_SetServers(out, texts.data(), static_cast<int>(texts.size()));
}

} // namespace

Result<NatsHandle<__natsOptions>> driver_options(const NatsOptions& options) {
  if (auto faults = faults_of(options); !faults.empty())
    return invalid("nats " + without_credentials(options.url) + ": " + faults);
  natsOptions* made = nullptr;
  natsStatus status = natsOptions_Create(&made);
  NatsHandle<__natsOptions> out{made};
  const auto also = [&](auto set, auto... values) {
    if (status == NATS_OK) status = set(out.get(), values...);
  };
  also(set_servers, std::cref(options));
  also(set_tls, std::cref(options));
  also(natsOptions_SetName, options.name.c_str());
  if (!options.credentials_file.empty())
    also(natsOptions_SetUserCredentialsFromFiles, options.credentials_file.c_str(), nullptr);
  also(natsOptions_SetTimeout, options.connect_timeout.count());
  also(natsOptions_SetMaxReconnect, -1);
  also(natsOptions_SetReconnectWait, options.reconnect_wait.count());
  also(natsOptions_SetReconnectJitter, options.reconnect_jitter.count(), options.reconnect_jitter.count());
  also(natsOptions_SetPingInterval, options.ping_interval.count());
  also(natsOptions_SetMaxPingsOut, options.pings_out_max);
  // Each message leaves at once. The driver would collect for a millisecond: a request took 996 instead of 128 µs.
  also(natsOptions_SetSendAsap, true);
  also(natsOptions_SetWriteDeadline, options.publish_deadline.count());
  // What is sent while there is no connection fails at once. Kept back and sent later, it would overtake what was lost
  // with the connection before.
  also(natsOptions_SetReconnectBufSize, 0);
  also(natsOptions_SetFailRequestsOnDisconnect, true);
  if (status != NATS_OK)
    return invalid("nats " + without_credentials(options.url) + ": " + driver_error(status, options.url));
  return out;
}

std::string without_credentials(const std::string& urls) {
  std::string all;
  for (auto url : split(urls)) {
    if (const auto secret = secret_of(url); !secret.empty()) url.erase(url.find(secret + "@"), secret.size() + 1);
    all += (all.empty() ? "" : ",") + url;
  }
  return all;
}

std::string driver_error(int status, const std::string& urls) {
  std::string text = natsStatus_GetText(static_cast<natsStatus>(status));
  natsStatus last = NATS_OK;
  if (const char* more = nats_GetLastError(&last); more && *more && last == static_cast<natsStatus>(status))
    text += std::string{": "} + more;
  for (const auto& url : split(urls)) {
    const auto secret = secret_of(url);
    erase_all(text, secret);
    if (const auto colon = secret.find(':'); colon != std::string::npos) erase_all(text, secret.substr(colon + 1));
  }
  return text;
}

} // namespace riskcluster
