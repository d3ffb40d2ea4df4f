package halfstep.lab.shift;

/**
 * Whether calibration windows single out the channels that a domain drives, over all layers.
 *
 * @param share of the away domain among the calibration windows
 * @param homeJaccard mean over layers of the overlap of the strongest channels with home's
 * @param awayJaccard the same with away's
 * @param homeSpearman mean correlation of all channels' ranks with home's
 * @param awaySpearman the same with away's
 */
public record ShiftSalience(
    double share,
    double homeJaccard,
    double awayJaccard,
    double homeSpearman,
    double awaySpearman) {}
