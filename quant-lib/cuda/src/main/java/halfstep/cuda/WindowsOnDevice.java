package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.forward.DecoderShape.Heads;
import halfstep.forward.DecoderWeights;
import java.util.List;

/**
 * Windows of tokens as a decoder's kernels read them; a row per token, window after window.
 *
 * @param tokens their ids, as ints
 * @param positions of each in its window, as ints
 * @param firsts the first row that each sees, as ints
 * @param cosines of the angles of the first positions, {@code longest × headDim / 2}
 * @param sines the same
 * @param count tokens of all windows
 * @param longest tokens of the longest window
 */
record WindowsOnDevice(
    DeviceMemory tokens,
    DeviceMemory positions,
    DeviceMemory firsts,
    DeviceMemory cosines,
    DeviceMemory sines,
    int count,
    int longest) {

  static WindowsOnDevice of(
      GpuDevice device, List<int[]> windows, DecoderWeights decoder, Held held) {
    int count = windows.stream().mapToInt(window -> window.length).sum();
    int longest = windows.stream().mapToInt(window -> window.length).max().orElseThrow();
    Heads heads = decoder.shape().heads();
    int[] tokens = new int[count];
    int[] positions = new int[count];
    int[] firsts = new int[count];
    int start = 0;
    for (int[] window : windows) {
      System.arraycopy(window, 0, tokens, start, window.length);
      for (int p = 0; p < window.length; p++) {
        positions[start + p] = p;
        firsts[start + p] = start + heads.firstSeen(p);
      }
      start += window.length;
    }
    DecoderWeights.Rotation rotation = decoder.rotation(longest);
    return new WindowsOnDevice(
        Uploads.ints(device, tokens, held),
        Uploads.ints(device, positions, held),
        Uploads.ints(device, firsts, held),
        Uploads.segment(device, rotation.cosines().segment(), held),
        Uploads.segment(device, rotation.sines().segment(), held),
        count,
        longest);
  }
}
