import QtQuick
import QtQuick.Shapes

// How much of a time is left, as a thin ring; the words stand beside it, not in it.
Item {
    id: ring

    required property real fraction
    property color ink: Theme.accent

    implicitWidth: Theme.ringSize
    implicitHeight: Theme.ringSize
    Accessible.ignored: true

    Shape {
        anchors.fill: parent
        layer.enabled: false

        ShapePath {
            strokeColor: Theme.line
            strokeWidth: Theme.ringLine
            fillColor: Theme.none

            PathAngleArc {
                centerX: ring.width / 2
                centerY: ring.height / 2
                radiusX: (ring.width - Theme.ringLine) / 2
                radiusY: radiusX
                startAngle: 0
                sweepAngle: 360
            }
        }

        ShapePath {
            strokeColor: ring.ink
            strokeWidth: Theme.ringLine
            fillColor: Theme.none
            capStyle: ShapePath.RoundCap

            PathAngleArc {
                centerX: ring.width / 2
                centerY: ring.height / 2
                radiusX: (ring.width - Theme.ringLine) / 2
                radiusY: radiusX
                startAngle: -90
                sweepAngle: 360 * Math.max(0, Math.min(1, ring.fraction))
            }
        }
    }
}
