/**
 * Jupyter's interactive controls (ipywidgets, protocol 2) as Java objects: sliders, buttons,
 * outputs, links and views of one's own. A cell that ends in a widget shows it.
 */
@NullMarked
package halfstep.kernel.widget;

import org.jspecify.annotations.NullMarked;
