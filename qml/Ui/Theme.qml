pragma Singleton
import QtQuick

// Every colour, size and duration of the client. Nothing outside this file writes one down, so a
// change of the look is a change of this file. Text pairs reach 6.3 : 1 and controls 3.6 : 1 in
// both themes.
QtObject {
    id: theme

    // Set once by the window: `dark` follows the person's choice, `roomy` the window's width.
    property bool dark: false
    property bool roomy: false
    property bool reducedMotion: false

    // Surfaces.
    readonly property color bg: dark ? "#0E1412" : "#F5F7F6"
    readonly property color surface: dark ? "#161E1B" : "#FFFFFF"
    readonly property color raised: dark ? "#212C27" : "#EDF1EF"
    readonly property color scrim: dark ? "#B3000000" : "#8014201B"

    // Text and lines.
    readonly property color ink: dark ? "#EDF3F0" : "#14201B"
    readonly property color ink2: dark ? "#B3C1BA" : "#46564F"
    readonly property color line: dark ? "#34433C" : "#CFD8D3"
    readonly property color control: dark ? "#7C8F86" : "#75857D"
    readonly property color none: "transparent"

    // Meaning. Each soft colour carries text in its strong twin or in `ink`.
    readonly property color accent: dark ? "#56CFA3" : "#0A6049"
    readonly property color accentPressed: dark ? "#7FE0BD" : "#084D3A"
    readonly property color accentInk: dark ? "#05241A" : "#FFFFFF"
    readonly property color accentInk2: dark ? "#0D3B2C" : "#D7EBE3"
    readonly property color accentSoft: dark ? "#123B2E" : "#DCEFE7"
    readonly property color warn: dark ? "#F4C55A" : "#7A4B00"
    readonly property color warnSoft: dark ? "#3A2B05" : "#FFF1D0"
    readonly property color danger: dark ? "#FF9389" : "#A3211A"
    readonly property color dangerPressed: dark ? "#FFB3AB" : "#841812"
    readonly property color dangerInk: dark ? "#3B0D09" : "#FFFFFF"
    readonly property color dangerSoft: dark ? "#451512" : "#FCE8E6"
    readonly property color info: dark ? "#8DBDF5" : "#1B5596"
    readonly property color infoSoft: dark ? "#12304F" : "#E3EEFA"
    // Pictures are drawn for light ground: they stand on a plate that stays light enough.
    readonly property color plate: dark ? "#1E2823" : "#F5F7F6"

    // Space.
    readonly property int space1: 4
    readonly property int space2: 8
    readonly property int space3: 12
    readonly property int space4: 16
    readonly property int space5: 24
    readonly property int space6: 32
    readonly property int space7: 48

    // Radius and lines.
    readonly property int radiusField: 6
    readonly property int radius: 10
    readonly property int radiusDialog: 16
    readonly property int hairline: 1
    readonly property int focusLine: 3
    readonly property int focusGap: 2
    readonly property int ringLine: 3

    // Type.
    readonly property FontLoader textFont: FontLoader {
        source: "fonts/Inter-Regular.otf"
    }
    readonly property FontLoader textStrongFont: FontLoader {
        source: "fonts/Inter-SemiBold.otf"
    }
    readonly property FontLoader figuresFont: FontLoader {
        source: "fonts/InterTabular-Regular.otf"
    }
    readonly property FontLoader figuresStrongFont: FontLoader {
        source: "fonts/InterTabular-SemiBold.otf"
    }
    readonly property string family: textFont.name
    // Its figures all have one width: money, counts and times are set in it.
    readonly property string figures: figuresFont.name
    readonly property int weightText: Font.Normal
    readonly property int weightStrong: Font.DemiBold
    readonly property int textSmall: roomy ? 14 : 13
    readonly property int textBody: roomy ? 16 : 15
    readonly property int textTitle: roomy ? 20 : 18
    readonly property int textTotal: roomy ? 24 : 22
    readonly property int textAmount: roomy ? 44 : 40
    readonly property int textHuge: roomy ? 88 : 72
    readonly property real tightLine: 0.95

    // Things one can touch. Secondary keys stay at or above 44, main keys above that.
    readonly property int touch: 44
    readonly property int touchSmall: 36
    readonly property int keyHeight: roomy ? 64 : 52
    readonly property int payHeight: roomy ? 88 : 72
    readonly property int fieldHeight: 36
    readonly property int chipHeight: 36
    readonly property int badgeHeight: 22
    readonly property int iconSmall: 16
    readonly property int iconBody: 20
    readonly property int iconLarge: 24
    readonly property int iconHero: 56
    readonly property int ringSize: 22
    readonly property int spinnerSize: 72
    readonly property int scrollMark: 4

    // The staff screen.
    readonly property int windowWidth: 1280
    readonly property int windowHeight: 800
    readonly property int windowWidthMin: 1024
    readonly property int windowHeightMin: 720
    readonly property int roomyFrom: 1600
    readonly property int headerHeight: 48
    readonly property int railWidth: roomy ? 136 : 104
    readonly property int railItemHeight: roomy ? 72 : 64
    readonly property int cartWidth: roomy ? 480 : 400
    readonly property int searchWidth: roomy ? 520 : 380
    readonly property int tileWidth: roomy ? 196 : 170
    readonly property int tileHeight: roomy ? 176 : 148
    readonly property int tileGap: 6
    readonly property int picture: roomy ? 84 : 64
    readonly property int lineHeight: roomy ? 60 : 52
    readonly property int railPicture: roomy ? 28 : 24
    readonly property int linePicture: 32
    readonly property int amountKeyHeight: roomy ? 96 : 80
    readonly property int qtyWidth: roomy ? 44 : 40
    readonly property int sideKeyWidth: roomy ? 128 : 104
    readonly property int badgeHero: 112
    readonly property int stageWidth: roomy ? 720 : 600
    readonly property int paperWidth: roomy ? 400 : 360
    readonly property int dialogWidth: 440
    readonly property int hintWidth: 320
    readonly property real dimmed: 0.55
    readonly property real disabledInk: 0.6

    // Motion: presses and panels only, never data.
    readonly property int quick: reducedMotion ? 0 : 120
    readonly property int flash: reducedMotion ? 0 : 900
    readonly property int turn: 1200
    readonly property int hintDelay: 600
    readonly property int noticeStay: 6000
}
