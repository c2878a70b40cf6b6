import QtQuick
import QtQuick.Shapes

// Something is under way elsewhere. Stands still when motion is off.
Item {
    id: spinner

    property bool running: true

    implicitWidth: Theme.spinnerSize
    implicitHeight: Theme.spinnerSize
    Accessible.role: Accessible.Animation
    Accessible.name: qsTr("Waiting")

    Shape {
        anchors.fill: parent

        RotationAnimator on rotation {
            from: 0
            to: 360
            duration: Theme.turn
            loops: Animation.Infinite
            running: spinner.running && spinner.visible && !Theme.reducedMotion
        }

        ShapePath {
            strokeColor: Theme.accent
            strokeWidth: Theme.space1
            fillColor: Theme.none
            capStyle: ShapePath.RoundCap

            PathAngleArc {
                centerX: spinner.width / 2
                centerY: spinner.height / 2
                radiusX: (spinner.width - Theme.space1) / 2
                radiusY: radiusX
                startAngle: -90
                sweepAngle: 270
            }
        }
    }
}
