import halfstep.tensor.*
import halfstep.quant.*
import halfstep.rtn.*
import halfstep.hqq.*
import halfstep.ls.*
import halfstep.awq.*
import halfstep.gptq.*
import halfstep.custom.*
import halfstep.calib.*
import halfstep.metric.*
import halfstep.compose.*
import halfstep.safetensors.*
import halfstep.hub.*
import halfstep.text.*
import halfstep.llm.*
import halfstep.eval.*
import halfstep.job.*
import halfstep.export.*
import halfstep.engines.*
import halfstep.magics.Halfstep

void magic(String line) { Halfstep.magic(line); }
void load(String words) { magic("load " + words); }
void param(String words) { magic("param " + words); }
void hqq(String words) { magic("hqq " + words); }
void awq(String words) { magic("awq " + words); }
void gptq(String words) { magic("gptq " + words); }
void bench(String words) { magic("bench " + words); }
void lab(String words) { magic("lab " + words); }
void help(String words) { magic("help " + words); }
