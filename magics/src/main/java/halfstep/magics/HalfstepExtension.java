package halfstep.magics;

import halfstep.kernel.lineage.Hosts;
import halfstep.kernel.spi.Host;
import halfstep.magics.command.Commands;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;

/** Registers the magics and renderers in any kernel of the lineage. Found by ServiceLoader. */
public final class HalfstepExtension implements Extension {

  /** What a notebook may name without its package. */
  private static final String IMPORTS =
      """
      import halfstep.tensor.*;
      import halfstep.quant.*;
      import halfstep.rtn.*;
      import halfstep.hqq.*;
      import halfstep.ls.*;
      import halfstep.awq.*;
      import halfstep.gptq.*;
      import halfstep.custom.*;
      import halfstep.calib.*;
      import halfstep.metric.*;
      import halfstep.compose.*;
      import halfstep.safetensors.*;
      import halfstep.hub.*;
      import halfstep.text.*;
      import halfstep.llm.*;
      import halfstep.eval.*;
      import halfstep.job.*;
      import halfstep.export.*;
      import halfstep.engines.*;
      """;

  @Override
  public void install(BaseKernel kernel) {
    Session session = new Session(Folders.ofThisProcess());
    MagicsRegistry registry = kernel.getMagicsRegistry();
    for (String name : Commands.names()) {
      CommandMagic magic = new CommandMagic(name, session);
      registry.registerLineMagic(name, magic).registerCellMagic(name, magic);
    }
    Renderers.register(kernel.getRenderer());
    Host host = Hosts.of(kernel);
    if (host == kernel) {
      host.importPackages(IMPORTS);
    }
  }
}
