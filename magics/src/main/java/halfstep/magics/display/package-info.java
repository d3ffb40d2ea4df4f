/** The only package that knows MIME types: tables as HTML and aligned text, charts as PNG. */
@NullMarked
package halfstep.magics.display;

import org.jspecify.annotations.NullMarked;
