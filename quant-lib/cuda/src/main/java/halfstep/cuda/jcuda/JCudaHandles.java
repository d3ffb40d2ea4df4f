package halfstep.cuda.jcuda;

import halfstep.cuda.device.GpuEvent;
import halfstep.cuda.device.GpuGraph;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.HostMemory;
import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** What the driver hands out beside memory. Results of closing are not looked at. */
final class JCudaHandles {

  private JCudaHandles() {}

  record Stream(CUstream stream) implements GpuStream {
    @Override
    public void close() {
      JCudaDriver.cuStreamDestroy(stream); // of a lost device it is gone already
    }
  }

  record Event(CUevent event) implements GpuEvent {
    @Override
    public void close() {
      JCudaDriver.cuEventDestroy(event);
    }
  }

  record Graph(CUgraphExec ready) implements GpuGraph {
    @Override
    public void close() {
      JCudaDriver.cuGraphExecDestroy(ready);
    }
  }

  record Kernel(String name, CUfunction function) implements GpuKernel {}

  record Pinned(Pointer pointer, MemorySegment segment) implements HostMemory {
    @Override
    public void close() {
      JCudaDriver.cuMemFreeHost(pointer);
    }
  }
}
