package halfstep.metric;

/**
 * How a model predicts one token beside a reference.
 *
 * @param referenceNll the reference's negative log-likelihood of the token that followed, in nats
 * @param nll the model's
 * @param kl {@code KL(reference ‖ model)} of what may follow, in nats
 * @param deltaP change of the probability of the token that followed, model − reference
 * @param sameTop whether both think the same token most likely; the first of equals
 */
public record Prediction(
    double referenceNll, double nll, double kl, double deltaP, boolean sameTop) {

  /**
   * Of the rows that two models' logits were last read from.
   *
   * @param next the token that followed
   */
  public static Prediction of(LogSoftmax reference, LogSoftmax model, int next) {
    return new Prediction(
        -reference.logs()[next],
        -model.logs()[next],
        reference.divergenceFrom(model),
        model.probability(next) - reference.probability(next),
        reference.top() == model.top());
  }
}
