# SPDX-License-Identifier: Apache-2.0
# Completion of smpctl and smpctl-fakedev for fish. The programs themselves know what could stand at
# the cursor: `smpctl __complete WORDS... WORD` prints it, see src/complete_print.h.

# Files and folders whose path begins like this; with a slash behind folders.
function __smpctl_paths
    set -l begun (string replace -r '^~/' $HOME/ -- $argv[1])
    for path in $begun*
        test -d $path; and set path $path/
        if string match -q '~/*' -- $argv[1]
            string replace $HOME/ '~/' -- $path
        else
            printf '%s\n' $path
        end
    end
end

# $argv: what stands before the file's name in the word, the name as far as it is typed, and suffixes.
# Prints folders, and of the files those with one of the suffixes; where none has one, any.
function __smpctl_files
    set -l paths (__smpctl_paths $argv[2])
    set -l wanted
    for suffix in $argv[3..]
        set -a wanted (string match -- "*$suffix" $paths)
    end
    if set -q wanted[1]
        set paths (string match -- '*/' $paths) $wanted
    end
    for path in $paths
        printf '%s\n' $argv[1]$path
    end
end

function __smpctl_folders
    for path in (__smpctl_paths $argv[2] | string match -- '*/')
        printf '%s\n' $argv[1]$path
    end
end

function __smpctl_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct | string unescape)
    set -q word[1]; or set word ''
    set -l program (string replace -r '^~' $HOME -- $words[1])
    for line in ($program __complete $words[2..] $word 2>/dev/null)
        set -l fields (string split \t -- $line)
        set -l name (string sub -s (math 1 + (string length -- $fields[2])) -- $word)
        switch $fields[1]
            case w o
                string join \t -- $fields[2..]
            case f
                __smpctl_files $fields[2] "$name" (string split -n ' ' -- $fields[3])
            case d
                __smpctl_folders $fields[2] "$name"
        end
    end
end

for program in smpctl smpctl-fakedev
    complete -c $program -e
    complete -c $program -f -a '(__smpctl_complete)'
end
