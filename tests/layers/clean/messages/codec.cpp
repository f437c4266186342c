#include "messages/codec.hpp"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "risk/returns.pb.h"

std::string encode(const Returns& returns) { return std::to_string(returns.time()); }
