/**
 * The adapters to the IJava lineage's base: the only package that imports it. Everything an
 * extension of that lineage expects of its kernel is answered here and handed on to our own
 * channels, engine and output.
 */
@NullMarked
package halfstep.kernel.lineage;

import org.jspecify.annotations.NullMarked;
