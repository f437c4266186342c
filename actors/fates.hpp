#pragma once
// What a door does with an input, by what became of it on the road.

#include "messages/message_types.hpp"

namespace riskcluster {

/// By the answers: a decision, and a repeat of one, is settled. A whole fan-out is tried again while anybody could not
/// be asked; who was asked before gets the same answer.
void judge_fate(Reply& reply);
/// Nobody could read it, or it speaks for somebody else.
void die(Reply& reply, const Error& error);
/// Of a fact or an order that could not be carried out.
void judge_failure(Reply& reply, const Error& error);

} // namespace riskcluster
