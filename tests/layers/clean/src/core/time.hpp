#pragma once

using TimeMs = long;
