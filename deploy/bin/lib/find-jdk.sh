# Finds a JDK that is new enough. To be sourced by a POSIX shell: starts no JVM and changes no variable but its own.
#
#   home=$(hawser_find_jdk 21) || exit 78
#
# Order: HAWSER_JAVA_HOME, JAVA_HOME, the java on the PATH, then the newest of the places where JDKs are usually put.
# An older one that is named by a variable is passed over, not an error: JAVA_HOME often serves other programs.

# Prints the feature version of the JDK in a directory (25 for 25.0.3, 8 for 1.8.0), or nothing.
hawser_jdk_version() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' "$1/release" | head -n 1
}

# Prints the directories to look in, the most wanted first, one a line.
hawser_jdk_places() {
  [ -z "${HAWSER_JAVA_HOME:-}" ] || printf '%s\n' "$HAWSER_JAVA_HOME"
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
  hawser_java=$(command -v java 2>/dev/null) &&
    hawser_java=$(readlink -f "$hawser_java" 2>/dev/null) &&
    printf '%s\n' "${hawser_java%/bin/java}"
  for hawser_dir in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    hawser_found=$(hawser_jdk_version "$hawser_dir")
    [ -z "$hawser_found" ] || printf '%s\t%s\n' "$hawser_found" "$hawser_dir"
  done | sort -rn | cut -f 2-
}

# Prints the home of the first JDK of at least the version given, or says on stderr what to do and returns 1.
hawser_find_jdk() {
  hawser_seen=''
  hawser_places=$(hawser_jdk_places)
  hawser_ifs=$IFS
  IFS='
'
  for hawser_dir in $hawser_places; do
    hawser_found=$(hawser_jdk_version "$hawser_dir")
    if [ -n "$hawser_found" ] && [ "$hawser_found" -ge "$1" ]; then
      IFS=$hawser_ifs
      printf '%s\n' "$hawser_dir"
      return 0
    fi
    hawser_seen="$hawser_seen
  $hawser_dir (${hawser_found:-no JDK})"
  done
  IFS=$hawser_ifs
  cat >&2 <<END
Hawser needs a JDK of version $1 or newer and found none. Looked at:${hawser_seen:-
  (nothing: no JAVA_HOME, no java on the PATH, no JDK in the usual places)}
To get one:
  Debian, Ubuntu   apt-get install openjdk-21-jdk-headless, or a Temurin package
  Fedora, RHEL     dnf install java-21-openjdk-devel
  macOS            brew install --cask temurin
  SDKMAN           sdk install java
If it is somewhere else, set HAWSER_JAVA_HOME to its directory.
END
  return 1
}
