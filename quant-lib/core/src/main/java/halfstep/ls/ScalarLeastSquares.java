package halfstep.ls;

/** {@link LeastSquaresKernel} in plain loops: one group, by the loops of the clear path. */
final class ScalarLeastSquares implements LeastSquaresKernel {

  @Override
  public int width() {
    return 1;
  }

  @Override
  public void round(Lockstep lanes) {
    GroupFit fit = new GroupFit(lanes.size(), lanes.maxCode());
    fit.round(lanes.weights(), lanes.importance(), 0, lanes.scales()[0], lanes.zeros()[0]);
    lanes.errors()[0] = fit.error;
    fit.line(lanes.weights(), lanes.importance(), 0);
    lanes.slopes()[0] = fit.slope;
    lanes.offsets()[0] = fit.offset;
  }
}
