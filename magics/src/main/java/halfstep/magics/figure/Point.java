package halfstep.magics.figure;

/**
 * A place in a figure.
 *
 * @param x pixels from the left
 * @param y pixels from the top
 */
public record Point(double x, double y) {}
