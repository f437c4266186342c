#pragma once
// What must hold of an assessment by itself, whatever the book: every row there, every figure a number.

#include <array>
#include <string>
#include <string_view>

#include "risk/risk_assessment.pb.h"

namespace riskcluster::acceptance {

/// Every answer has one row for each, in this order.
inline constexpr std::array<std::string_view, 26> control_names = {"signal",
                                                                   "halt",
                                                                   "duplicate",
                                                                   "message_rate",
                                                                   "instrument",
                                                                   "trading_hours",
                                                                   "market_data",
                                                                   "price_collar",
                                                                   "levels",
                                                                   "strategy_type",
                                                                   "equity",
                                                                   "sizing",
                                                                   "max_positions",
                                                                   "max_position_size",
                                                                   "order_size",
                                                                   "position_concentration",
                                                                   "sector_concentration",
                                                                   "currency_exposure",
                                                                   "portfolio_leverage",
                                                                   "class_leverage",
                                                                   "correlation",
                                                                   "var_per_trade",
                                                                   "daily_var",
                                                                   "company_var",
                                                                   "drawdown",
                                                                   "regime"};

/// What is wrong with the assessment's form; empty for a good one.
/// @param halts_are_known by a live node; while files are replayed nobody orders any.
std::string fault_of_form(const risk::RiskAssessment& assessment, bool halts_are_known);

/// The path of the first number that is not finite; empty when all are.
std::string not_finite(const google::protobuf::Message& message);

/// The row of a control; a default one when it is missing.
const risk::LimitCheck& row_of(const risk::RiskAssessment& assessment, std::string_view control);

} // namespace riskcluster::acceptance
