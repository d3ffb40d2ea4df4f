import halfstep.tensor.*
import halfstep.quant.*
import halfstep.rtn.*
import halfstep.hqq.*
import halfstep.awq.*
import halfstep.calib.*
import halfstep.metric.*
import halfstep.compose.*
import halfstep.safetensors.*
import halfstep.text.*
import halfstep.llm.*
import halfstep.eval.*
import halfstep.job.*
import halfstep.magics.Halfstep

void magic(String line) { Halfstep.magic(line); }
