#!/bin/sh
# Makes the films beside it anew, by the ffmpeg program (5.1 made those that are committed).
# What a name says is what is odd about a film. All but one show SMPTE's bars, whose colours are known.
set -eu
cd "$(dirname "$0")"

film() { ffmpeg -hide_banner -loglevel error -y "$@"; }
bars="smptehdbars=s=320x180:r=25:d=3.2"
hum="sine=440:r=48000:d=3.2"
plain="-c:v libx264 -preset veryslow -pix_fmt yuv420p"
quiet="-c:a aac -b:a 24k"
tags="-colorspace bt709 -color_primaries bt709 -color_trc bt709"
bt709="format=yuv422p"

film -f lavfi -i "smptehdbars=s=1280x720:r=25:d=3.2" -vf $bt709 $plain untagged_hd.mkv
film -f lavfi -i "$bars" -vf scale=in_color_matrix=bt709:out_color_matrix=bt601 $plain untagged_sd.mp4
film -f lavfi -i "$bars" -vf scale=in_color_matrix=bt709:out_color_matrix=bt601:out_range=pc -color_range pc -c:v libx264 -pix_fmt yuvj420p full_range.mov
film -f lavfi -i "$bars" -vf $bt709 $tags -c:v libx264 -pix_fmt yuv422p10le ten_bits.mp4
film -f lavfi -i "smptehdbars=s=320x180:r=50:d=3.2" -vf $bt709,interlace $tags -c:v libx264 -flags +ilme+ildct interlaced.mp4
film -f lavfi -i "testsrc2=s=96x54:r=25:d=3.2" -c:v libx264 -preset veryfast -crf 35 -pix_fmt yuv420p \
  -x264-params open-gop=1:keyint=25:bframes=3 -movflags +faststart open_groups.mp4
film -f lavfi -i "$bars" -vf $bt709 $plain $tags -movflags frag_keyframe+empty_moov fragments.mp4
film -f lavfi -i "$bars" -f lavfi -i "$hum" -vf $bt709 $plain $tags $quiet reordered.mkv
film -f lavfi -i "$bars" -f lavfi -i sine=440:d=5 -vf $bt709 $plain $tags $quiet more_sound.mkv
for angle in 90 180 270; do
  film -f lavfi -i "$bars" -vf $bt709 $plain $tags upright.mp4
  film -i upright.mp4 -c copy -metadata:s:v rotate=$angle turned_$angle.mov
done
film -ss 0.1 -i upright.mp4 -c copy cut.mov
printf '1\n00:00:00,000 --> 00:00:03,000\nwords\n' > words.srt
film -i upright.mp4 -i words.srt -map 0 -map 1 -c copy -c:s mov_text -metadata location=+53.5+009.9/ \
  -metadata title=secret -movflags +faststart words.mp4
rm upright.mp4 words.srt

hdr() {
  film -f lavfi -i "$bars" -vf "$1,format=yuv420p10le" -c:v libx265 -tag:v hvc1 \
    -x265-params "log-level=error:colorprim=bt2020:transfer=$2:colormatrix=bt2020nc" "$3"
}
hdr "zscale=tin=bt709:t=smpte2084:pin=bt709:p=bt2020:min=bt709:m=bt2020nc:r=tv:npl=203" smpte2084 pq.mp4
# Taken for HLG as they are: the white bar is as bright as paper there.
hdr "scale=in_color_matrix=bt709:out_color_matrix=bt2020" arib-std-b67 hlg.mov
