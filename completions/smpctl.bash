# SPDX-License-Identifier: Apache-2.0
# Completion of smpctl and smpctl-fakedev for bash. The programs themselves know what could stand at
# the cursor: `smpctl __complete WORDS... WORD` prints it, see src/complete_print.h.

# The word without its quotes, into REPLY.
_smpctl_unquote()
{
	REPLY=$1
	case $REPLY in
	\"*) REPLY=${REPLY#\"} REPLY=${REPLY%\"} ;;
	\'*) REPLY=${REPLY#\'} REPLY=${REPLY%\'} ;;
	*) REPLY=${REPLY//\\/} ;;
	esac
}

# The words up to the cursor, into `words`, and what of the last one bash leaves alone, into `kept`:
# bash takes words apart at = and : (COMP_WORDBREAKS), but --key=my.pem and usb:2fe3:0100 are one.
_smpctl_words()
{
	local line=${COMP_LINE:0:COMP_POINT} rest piece
	local -i i

	words=() kept=
	for ((i = 0; i <= COMP_CWORD; i++)); do
		rest=${line#"${line%%[![:space:]]*}"}
		piece=${COMP_WORDS[i]}
		((i < COMP_CWORD)) || piece=$rest
		_smpctl_unquote "$piece"
		if [[ $rest != "$line" || i -eq 0 ]]; then
			kept=
			words+=("$REPLY")
		else
			kept=${words[-1]}
			words[-1]+=$REPLY
		fi
		line=${rest#"$piece"}
	done
	[[ $piece != [=:]* ]] || kept=${words[-1]}
}

# Files that begin like the word behind `before`, folders, and of the rest those with these suffixes.
# Where none has one, any.
_smpctl_files()
{
	local before=$1 suffixes=$2 file suffix
	local -a files=() others=()

	while IFS= read -r file; do
		others+=("$file")
		[[ ! -d ${file/#\~/$HOME} ]] || files+=("$file")
		for suffix in $suffixes; do
			[[ $file != *"$suffix" ]] || files+=("$file")
		done
	done < <(compgen -f -- "${words[-1]#"$before"}")
	((${#files[@]} > 0)) || files=("${others[@]}")
	[[ -n $suffixes ]] || files=("${others[@]}")
	for file in "${files[@]}"; do
		file=$before$file
		COMPREPLY+=("${file#"$kept"}")
	done
	compopt -o filenames
}

_smpctl_folders()
{
	local before=$1 folder

	while IFS= read -r folder; do
		folder=$before$folder
		COMPREPLY+=("${folder#"$kept"}")
	done < <(compgen -d -- "${words[-1]#"$before"}")
	compopt -o filenames
}

# A word that the program gave: where no quote has been opened, with backslashes where it takes some.
_smpctl_word()
{
	local word=${1#"$kept"}

	[[ $2 == [\"\']* ]] || printf -v word %q "$word"
	COMPREPLY+=("$word")
}

_smpctl()
{
	local kept line kind text help REPLY
	local -a words

	COMPREPLY=()
	_smpctl_words
	while IFS= read -r line; do
		# Not by read: two tabs in a row would be one to it.
		kind=${line%%$'\t'*} line=${line#*$'\t'}
		text=${line%%$'\t'*} help=${line#*$'\t'}
		case $kind in
		w) _smpctl_word "$text" "${COMP_WORDS[COMP_CWORD]}" ;;
		o)
			_smpctl_word "$text" "${COMP_WORDS[COMP_CWORD]}"
			compopt -o nospace
			;;
		f) _smpctl_files "$text" "$help" ;;
		d) _smpctl_folders "$text" ;;
		esac
	done < <("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null)
}

complete -F _smpctl smpctl smpctl-fakedev
