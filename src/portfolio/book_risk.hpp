#pragma once
// Value at risk of a book, and of the book with one more trade: the vectors of its P&L, kept up to date trade by trade.

#include <vector>

#include <Eigen/Core>

#include "market/market_model.hpp"

namespace riskcluster {

/// A worker's room for trials, so that judging a trade allocates nothing.
struct BookRiskScratch {
  /// Paths that a solver still looks at: P&L of the book, return of the symbol, P&L at the size asked for.
  struct Between {
    std::vector<float> base, slope, outcomes;
  };
  Eigen::VectorXd historical;
  Eigen::VectorXf paths;
  TailScratch tail;
  Between between;
};

class BookRisk {
public:
  /// @param model must have VaR (has_var) and outlive this. @param weights N signed notionals.
  BookRisk(const MarketModel& model, Eigen::VectorXd weights, BookRiskScratch& scratch);

  const Eigen::VectorXd& weights() const { return weights_; }
  /// Of the book as it stands.
  const VarFigures& figures() const { return figures_; }
  double var() const { return figures_.largest_var(); }

  /// The three methods with one more trade; `notional` signed.
  VarFigures with(Eigen::Index column, double notional) const;
  /// Parametric VaR alone with one more trade: a closed form.
  double parametric_var_with(Eigen::Index column, double notional) const;
  /// The signed notional that minimises the variance.
  double least_variance_notional(Eigen::Index column) const;
  /// Makes the trade part of the book. @param figures what with() said of it.
  void add(Eigen::Index column, double notional, const VarFigures& figures);

  const MarketModel& model() const { return *model_; }
  const Eigen::VectorXd& historical() const { return historical_; } ///< P&L of the last days
  const Eigen::VectorXf& paths() const { return paths_; }           ///< P&L on the paths
  BookRiskScratch& scratch() const { return *scratch_; }

  /// (Σw)_column and wᵀΣw.
  double covariance_with(Eigen::Index column) const { return covariance_weights_[column]; }
  double variance() const { return variance_; }

private:
  VarFigures measure(const Eigen::VectorXd& historical, const Eigen::VectorXf& paths, double mean,
                     double variance) const;

  const MarketModel* model_;
  BookRiskScratch* scratch_;
  Eigen::VectorXd weights_;
  Eigen::VectorXd covariance_weights_; ///< Σw
  double mean_ = 0;                    ///< wᵀμ
  double variance_ = 0;
  Eigen::VectorXd historical_; ///< T
  Eigen::VectorXf paths_;      ///< paths
  VarFigures figures_;
};

} // namespace riskcluster
