/**
 * Figures as values: marks at places, free of any toolkit, so that one figure is written as SVG
 * with real text and painted as PNG.
 */
@NullMarked
package halfstep.magics.figure;

import org.jspecify.annotations.NullMarked;
