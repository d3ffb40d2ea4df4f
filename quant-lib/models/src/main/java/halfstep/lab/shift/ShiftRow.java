package halfstep.lab.shift;

import halfstep.lab.Solver;
import java.util.OptionalDouble;

/**
 * One variant on both domains.
 *
 * @param solver how it was made
 * @param share of the away domain among its calibration windows; empty for data-free methods
 * @param home on the domain that shares leave to the other
 * @param away on the other
 */
public record ShiftRow(Solver solver, OptionalDouble share, ShiftCell home, ShiftCell away) {}
