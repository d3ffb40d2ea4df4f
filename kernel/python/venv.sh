# shellcheck shell=sh
# The part of the launcher that makes .venv and installs the kernel into it; read by ../../halfstep.

find_python() { # sets system_python
  for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
    system_python=$(command -v "$name") || continue
    "$system_python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && return
  done
  fail "no Python 3.10 or newer found on PATH; install python3 and its venv module."
}

pip_install() { # FILE: into .venv, unless that very file is installed already
  stamp=$venv/halfstep-$(basename "$1")
  cmp -s "$1" "$stamp" && return
  logged "pip could not install $1; the lines above are pip's (it needs the network once)." \
    "$python" -m pip install -q --disable-pip-version-check -r "$1"
  cp "$1" "$stamp"
}

make_venv() { # .venv as kernel/python/requirements.txt wants it; made anew when that changed
  requirements=$root/kernel/python/requirements.txt
  owner=$venv/halfstep-folder # virtual environments cannot be moved
  if ! [ -x "$python" ] || ! cmp -s "$requirements" "$venv/halfstep-requirements.txt" ||
    [ "$(cat "$owner" 2>/dev/null)" != "$root" ]; then
    [ ! -e "$venv" ] || [ -e "$owner" ] ||
      fail "$venv was not made by halfstep; move it away and try again."
    find_python
    note "making .venv with JupyterLab (a minute or two the first time)"
    rm -rf "$venv"
    mkdir "$venv"
    echo "$root" >"$owner"
    logged "$system_python cannot make a virtual environment; install its venv module \
(Debian, Ubuntu: apt-get install python3-venv)." "$system_python" -m venv "$venv"
    settings=$venv/share/jupyter/lab/settings
    mkdir -p "$settings"
    echo '{"@jupyterlab/apputils-extension:notification":
  {"fetchNews": "false", "checkForUpdates": false}}' >"$settings/overrides.json"
    pip_install "$requirements"
  fi
}

install_kernel() { # into .venv, whenever the build or the JDK is another one
  mark=$venv/halfstep-kernel
  if [ "$(cat "$mark" 2>/dev/null)" != "$JAVA_HOME" ] ||
    ! [ -f "$venv/share/jupyter/kernels/halfstep/kernel.json" ] ||
    [ -n "$(find "$built" -newer "$mark")" ]; then
    logged "the kernel could not be installed into .venv; the lines above tell why." \
      java_main install --prefix "$venv"
    echo "$JAVA_HOME" >"$mark"
  fi
}

set_up() { # everything a notebook needs
  find_jdk
  build
  make_venv
  install_kernel
  export JUPYTER_PREFER_ENV_PATH=1 # our kernel before one of the same name elsewhere
}
