"""The rules in words, and which header belongs to what. Names of packages are those of the layer table."""

import re

RULES = {
    "arrow": "a layer includes only itself and the folders that its row in CMakeLists.txt allows",
    "package": "a layer includes only the packages that its row in CMakeLists.txt allows",
    "unknown-header": "not ours, not standard, and of no package that scripts/layers/rules.py knows",
    "written-from-src": "includes are written from src/ or the root, without .. and without macros",
    "unlisted-folder": "a folder with sources needs a row in the table of CMakeLists.txt",
    "file-ending": "sources end in .hpp or .cpp; anything else would escape the checks",
    "pure-header": "a pure folder knows no thread, file, stream of the process, clock or place",
    "chrono": "a pure folder gets its time handed in; only src/core/time.cpp reads the calendar of <chrono>",
    "clock": "a pure folder reads no clock; `now` is an argument",
    "global-random": "a pure folder draws from seeded generators only, never from a global one",
    "process": "a pure folder opens no file and reads no environment",
    "print": "a pure folder prints nothing; only src/core/check.hpp speaks, before it stops the process",
    "posix": "system headers belong in doors and in the composition root",
    "generated": "*.pb.h belongs in messages/*.cpp only; doors carry bytes",
    "driver-in-header": "a driver or heavy package stays in .cpp files, out of our headers",
    "one-home": "this package has one home, everyone else calls that",
    "once-per-layer": "a header that is slow to compile stands in one .cpp of a layer",
    "table-and-links": "the layer table and the LINK lists of CMakeLists.txt say the same",
}

TIME_HOME = "src/core/time.cpp"
CHECK_HOME = "src/core/check.hpp"

# First match wins.
PACKAGE_HEADERS = [(re.compile(pattern), package) for pattern, package in (
    (r"Eigen/", "eigen"),
    (r"unsupported/Eigen/", "eigen"),
    (r"xxh3?\w*\.h$", "xxhash"),
    (r"google/protobuf/", "protobuf"),
    (r"nlohmann/", "nlohmann"),
    (r"CLI/", "cli11"),
    (r"spdlog/|fmt/", "spdlog"),
    (r"date/", "date"),
    (r"caf/", "caf"),
    (r"rocksdb/", "rocksdb"),
    (r"nats(/|\.h$)", "nats"),
    (r"librdkafka/", "rdkafka"),
    (r"toml\.hpp$|toml/|toml11/", "toml11"),
    (r"openssl/", "openssl"),
    (r"grpc(pp)?/", "grpc"),
    (r"httplib\.h$", "httplib"),
    (r"prometheus/", "prometheus"),
    (r"jwt-cpp/|jwt/", "jwt"),
    (r"histedit\.h$|readline/", "line_editor"),
)]
PACKAGE_NAMES = {package for _, package in PACKAGE_HEADERS}
# Link targets that are named otherwise than their package.
PACKAGE_TARGETS = {"spdlog_package": "spdlog", "contracts": "protobuf"}

# Packages that are part of our vocabulary; every other one is hidden behind our headers.
HEADER_PACKAGES = {"eigen", "caf"}
ONE_HOME = {"xxhash": "src/core/hash.cpp"}
# The compiler's own headers, each in the one file that has a reason.
COMPILER_HEADERS = {"immintrin.h": "src/risk/compact.cpp"}
ONE_FILE_HEADERS = [(re.compile(pattern), group) for pattern, group in (
    (r"nlohmann/", "nlohmann"),
    (r"CLI/", "CLI11"),
    (r"toml", "toml11"),
    (r"google/protobuf/util/json_util\.h$", "protobuf's JSON"),
    (r"Eigen/(Eigenvalues|SVD|Dense|Eigen)$", "Eigen's solvers"),
)]

# Standard headers through which the surroundings come in.
AMBIENT_HEADERS = set("""thread mutex shared_mutex condition_variable future semaphore latch barrier stop_token
    filesystem iostream fstream syncstream ctime time.h csignal signal.h clocale locale.h locale""".split())

# What the preprocessor cannot show: (pattern, rule, files that may).
AMBIENT_USES = [(re.compile(pattern), rule, homes) for pattern, rule, homes in (
    (r"\b(?:system|steady|high_resolution|utc|tai|gps|file)_clock\b", "clock", {TIME_HOME}),
    (r"\bsystem_clock::now\b|\b(?:gettimeofday|clock_gettime|timespec_get)\s*\(", "clock", set()),
    (r"\bstd::(?:time|clock)\s*\(|(?<![\w.>:])(?:::)?time\s*\(\s*(?:nullptr|NULL|0|&)", "clock", set()),
    (r"\brandom_device\b|(?<![\w.>:])(?:std::|::)?s?rand(?:_r|48)?\s*\(", "global-random", set()),
    (r"::Random\s*\(|\bsetRandom\s*\(", "global-random", set()),  # Eigen's draw from rand()
    (r"\b(?:fopen|freopen|tmpfile|getenv|setenv)\s*\(|\bstd::system\s*\(", "process", set()),
    (r"(?<![\w.>])(?:printf|fprintf|vfprintf|puts|fputs|putchar|perror)\s*\(", "print", {CHECK_HOME}),
)]

POSIX_HEADER = re.compile(r"(sys|netinet|arpa|net|linux)/[\w/]+\.h|"
                          r"(unistd|fcntl|poll|pthread|dirent|termios|netdb|pwd|grp|syslog|dlfcn|spawn|sched)\.h")

STANDARD_HEADERS = set("""
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits
    clocale cmath compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio
    cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem format forward_list fstream
    functional future initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
    memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator
    semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view
    strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility
    valarray variant vector version
    assert.h ctype.h errno.h float.h inttypes.h limits.h locale.h math.h setjmp.h signal.h stdarg.h stddef.h stdint.h
    stdio.h stdlib.h string.h time.h wchar.h""".split())
