package halfstep.lab.allocation;

import halfstep.lab.Solver;

/**
 * One way of quantizing a layer, and what it costs with all other layers as they are.
 *
 * @param solver method, bits and groups
 * @param bytes of codes, scales and zeros, padding counted
 * @param kl mean KL, in nats
 * @param standardError of it
 */
public record MeasuredChoice(Solver solver, long bytes, double kl, double standardError) {}
